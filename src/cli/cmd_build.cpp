// SPDX-License-Identifier: Apache-2.0
//
// kiln build: definitions to images. run() is the data flow of Kiln, a call an arrow.
#include "cli/build_output.hpp"
#include "cli/command.hpp"
#include "cli/evidence_maker.hpp"
#include "cli/lock_file.hpp"
#include "cli/pipeline.hpp"
#include "net/prepare.hpp"

#include <chrono>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// What the archives offer now, or, with --lock, what the lock says.
Result<std::vector<plan::LockedPlan>> plans_for(std::span<const Task> tasks, Session& session,
                                                const Arguments& arguments) {
  if (auto lock = arguments.value("--lock")) return plans_from_lock(tasks, *lock);
  return resolve_tasks(tasks, session);
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

Result<int> run(Session& session, const Arguments& arguments) {
  auto start = std::chrono::steady_clock::now();
  OutputRequest output = TRY(read_output_request(arguments));
  std::future<void> network;
  if (!session.config().offline && !arguments.has("--lock")) network = prepare_http();
  std::vector<Subject> subjects = TRY(load_subjects(arguments.positionals(), session));
  std::vector<Task> tasks = TRY(make_tasks(subjects, arguments.values("--platform"), session));
  TRY(check_output(output, subjects, tasks));
  std::unique_ptr<EvidenceMaker> evidence;
  if (output.format == OutputFormat::oci)
    evidence = TRY(start_evidence(arguments, subjects, session));

  std::vector<plan::LockedPlan> plans = TRY(plans_for(tasks, session, arguments));
  MakeOptions options;
  if (auto bundle = arguments.value("--bundle")) options.bundle = *bundle;
  options.root = subjects.front().root;
  if (evidence) evidence->make_with(options);
  std::vector<Built> images = TRY(make_images(plans, session, options));
  if (output.is_tree()) TRY(fetch_all(plans, session, options));
  std::vector<BuildResult> results =
      TRY(write_outputs(output, subjects, tasks, plans, images, evidence.get(), session));

  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  session.answer(results_text(results, took.count()), results_json(results, took.count()));
  return k_exit_ok;
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
             "definitions each goes to its own name below PATH.",
         .positionals = {{.name = "DEFINITION|DIR", .repeatable = true}},
         .options = with_planning_options(
             {{"--output", "PATH", "where the image goes (default: the image's name, here)", 'o'},
              {"--format", "FORMAT", "what is written", 0, false, {"oci", "docker", "dir", "tar"}},
              {"--platform", "linux/ARCH", "build for this platform, not for the definition's", 0,
               true},
              {"--lock", "FILE", "build exactly what this lock names"},
              {"--bundle", "DIR", "look for packages here before asking archives"},
              {"--previous", "IMAGE",
               "what the changelog compares with (default: what is at PATH)"},
              {"--evidence-forms", "FORM,...", "how evidence is written, not as configured"},
              {"--no-evidence", "", "make no signed statements about the image"}}),
         .examples = {{"kiln build catalog/image/curl/debian-13/8.yaml -o curl",
                       "an OCI layout in ./curl for all platforms of the definition"},
                      {"kiln build catalog -o images",
                       "every image of a catalog, sharing the work"},
                      {"kiln build app.yaml --format docker --platform linux/amd64 -o app.tar",
                       "an archive for `docker load`"},
                      {"kiln build app.yaml --lock app.lock --offline -o app",
                       "the same bytes as before, without network"}}},
    .run = run};

}  // namespace kiln::cli
