// SPDX-License-Identifier: Apache-2.0
//
// kiln build: definitions to images. run() is the data flow of Kiln, a call an arrow.
#include "base/strings.hpp"
#include "cli/build_batches.hpp"
#include "cli/build_output.hpp"
#include "cli/command.hpp"
#include "cli/evidence_maker.hpp"
#include "cli/image_source.hpp"
#include "cli/lock_file.hpp"
#include "cli/pipeline.hpp"
#include "net/prepare.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <iterator>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// What the archives offer now, or, with --lock, what the lock says.
Result<Resolved> plans_for(std::span<const Task> tasks, Session& session,
                           const Arguments& arguments) {
  auto lock = arguments.value("--lock");
  if (!lock) return resolve_each(tasks, session);
  Resolved resolved;
  resolved.plans = TRY(plans_from_lock(tasks, *lock));
  resolved.errors.resize(tasks.size());
  return resolved;
}

// Whether what is to be built comes from servers, and not from directories of this machine alone.
bool asks_servers(std::span<const Task> tasks, const Config& config) {
  auto is_remote = [](const std::string& entry) {
    return entry.contains("http://") || entry.contains("https://");
  };
  auto asks = [&](const Task& task) {
    const definition::ImageSpec& spec = task.spec;
    plan::RewrittenSources sources =
        plan::apply_rewrites(spec.repositories, spec.keyring, config.rewrites);
    return sources.repositories.empty() ||  // those of the distribution
           std::ranges::any_of(sources.repositories, is_remote) ||
           std::ranges::any_of(sources.keyring, is_remote);
  };
  return !config.offline && std::ranges::any_of(tasks, asks);
}

// A tree is written from packages, which a remembered image did not need.
Result<> fetch_all(std::span<const plan::LockedPlan> plans, Session& session,
                   const MakeOptions& options) {
  std::vector<const plan::LockedPlan*> list;
  for (const plan::LockedPlan& locked : plans) list.push_back(&locked);
  return fetch_inputs(list, session, options);
}

// Nothing when the user wants none.
Result<std::unique_ptr<EvidenceMaker>> start_evidence(const Arguments& arguments,
                                                      std::span<const Subject> subjects,
                                                      Session& session) {
  EvidenceRequest request = TRY(read_evidence_request(arguments, session.config()));
  if (!request.wanted) return nullptr;
  return EvidenceMaker::start(std::move(request), arguments, subjects, session);
}

struct Building {
  const OutputRequest& output;
  bool several = false;
  std::optional<Path> bundle;
  EvidenceMaker* evidence = nullptr;
};

Result<std::vector<BuildResult>> build(const Building& building, Batch& batch, Session& session) {
  MakeOptions options;
  options.bundle = building.bundle;
  options.root = batch.subjects.front()->root;
  if (building.evidence != nullptr) {
    building.evidence->make_with(options);
    options.when_missing = [&building] { return building.evidence->expect_signing(); };
  }
  batch.images = TRY(make_images(batch.plans, session, options));
  if (building.output.is_tree()) TRY(fetch_all(batch.plans, session, options));
  return write_outputs(building.output, batch, building.several, building.evidence, session);
}

// Nothing could be built, or shall be, since something is wrong.
std::unexpected<Error> give_up(const Failures& failures, size_t definitions, bool keep_going,
                               Session& session) {
  Error summary = failures.summary(definitions);
  if (definitions > 1) {
    Diagnostics wrong = failures.diagnostics();
    session.show(wrong);
    if (keep_going) summary.hint.clear();
  }
  return std::unexpected(std::move(summary));
}

int answer(const std::vector<BuildResult>& results, double seconds, const Failures& failures,
           size_t definitions, Session& session) {
  std::string text = results_text(results, seconds);
  Json json = results_json(results, seconds);
  if (failures.empty()) {
    session.answer(text, json);
    return k_exit_ok;
  }
  Diagnostics wrong = failures.diagnostics();
  text += fmt::format("{} of {} could not be built\n", failures.definitions(),
                      counted(definitions, "definition"));
  Diagnostics all = session.diagnostics();
  all.merge(wrong);
  json["not_built"] = failures.definitions();
  json["diagnostics"] = diagnostics_json(all);
  session.answer(text, json);
  session.show(wrong);
  return exit_status(failures.summary(definitions));
}

Result<int> run(Session& session, const Arguments& arguments) {
  auto start = std::chrono::steady_clock::now();
  OutputRequest output = TRY(read_output_request(arguments));
  const bool keep_going = arguments.has("--keep-going");
  TRY(check_evidence_options(arguments, output.format == OutputFormat::oci));
  if (arguments.has("--lock")) TRY(refuse_planning_options(arguments));
  std::optional<Path> bundle = TRY(bundle_argument(arguments));
  Failures failures;
  std::vector<Subject> subjects =
      TRY(wanted_subjects(arguments.positionals(), keep_going, session, failures));
  const size_t definitions = subjects.size() + failures.definitions();
  std::vector<Task> tasks = tasks_of(subjects, arguments.values("--platform"), session, failures);
  if (tasks.empty()) return give_up(failures, definitions, keep_going, session);
  std::future<void> network;
  if (!arguments.has("--lock") && asks_servers(tasks, session.config())) network = prepare_http();
  TRY(check_output(output, subjects, tasks, definitions > 1, session));
  warn_of_shared_names(subjects, session);
  std::unique_ptr<EvidenceMaker> evidence;
  if (output.format == OutputFormat::oci && (failures.empty() || keep_going))
    evidence = TRY(start_evidence(arguments, subjects, session));

  Resolved resolved = TRY(plans_for(tasks, session, arguments));
  for (size_t i = 0; i < tasks.size(); ++i)
    if (resolved.errors[i]) failures.add(*tasks[i].subject, *resolved.errors[i]);
  std::deque<Batch> batches =
      batches_of(std::move(tasks), std::move(resolved), failures, keep_going);
  if (batches.empty() || (!failures.empty() && !keep_going))
    return give_up(failures, definitions, keep_going, session);

  Building building{output, definitions > 1, std::move(bundle), evidence.get()};
  std::vector<BuildResult> results;
  for (Batch& batch : batches) {
    Result<std::vector<BuildResult>> made = build(building, batch, session);
    if (made)
      std::ranges::move(*made, std::back_inserter(results));
    else if (!keep_going || definitions == 1 || made.error().code == ErrorCode::interrupted)
      return std::unexpected(std::move(made.error()));
    else
      failures.add(*batch.subjects.front(), made.error());
  }
  if (results.empty()) return give_up(failures, definitions, keep_going, session);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return answer(results, took.count(), failures, definitions, session);
}

}  // namespace

const Command k_build = {
    .spec =
        {.name = "build",
         .summary = "build images from definitions",
         .description =
             "Builds the image of each definition, or of every definition below a directory, for "
             "each of its platforms, and prints what came out. Packages are verified and unpacked, "
             "and none of their code runs. The same inputs give the same bytes: what a lock names "
             "is built again exactly with --lock, also offline.\n"
             "The output is an OCI layout directory unless --format says otherwise; with several "
             "definitions each goes to its own name below PATH. The archives docker and tar can be "
             "written to a pipe, too.\n"
             "When some of several definitions cannot be built, all that is wrong is said and "
             "nothing is built, or, with --keep-going, the others are.",
         .positionals = {{.name = "DEFINITION|DIR", .repeatable = true}},
         .options = with_planning_options(with_registry_options(
             {{"--output", "PATH",
               "where the image goes (default: the image's name, here; of several, below images); "
               "- is standard output",
               'o'},
              {"--format", "FORMAT", "what is written", 0, false, {"oci", "docker", "dir", "tar"}},
              {"--platform", "linux/ARCH", "build only for this one of the definition's platforms",
               0, true},
              {"--keep-going", "", "build what can be built when other definitions cannot", 'k'},
              {"--lock", "FILE", "build exactly what this lock names"},
              {"--bundle", "DIR", "look for packages here before asking archives"},
              {"--previous", "IMAGE",
               "what the changelog compares with, also in a registry (default: what is at PATH)"},
              {"--evidence-forms", "FORM,...", "how evidence is written, not as configured"},
              {"--no-evidence", "", "make no signed statements about the image"}})),
         .examples =
             {{"kiln build catalog/image/curl/debian-13/8.yaml -o curl",
               "an OCI layout in ./curl for all platforms of the definition"},
              {"kiln build catalog -o images", "every image of a catalog, sharing the work"},
              {"kiln build app.yaml --format docker --platform linux/amd64 -o app.tar",
               "an archive for `docker load`"},
              {"kiln build app.yaml --format docker --platform linux/amd64 -o - | docker load",
               "the same without a file"},
              {"kiln build app.yaml --lock app.lock --offline -o app",
               "the same bytes as before, without network"}}},
    .run = run};

}  // namespace kiln::cli
