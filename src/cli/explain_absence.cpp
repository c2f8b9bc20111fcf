// SPDX-License-Identifier: Apache-2.0
//
// explain_absence: why a package is not in a plan, asked of what the archives offer now.
#include "cli/explanation.hpp"
#include "cli/pipeline.hpp"
#include "plan/make_plan.hpp"
#include "plan/questions.hpp"
#include "plan/target_archives.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

std::string_view word(plan::Absence::Kind kind) {
  switch (kind) {
    case plan::Absence::Kind::present:
      return "present";
    case plan::Absence::Kind::excluded:
      return "excluded";
    case plan::Absence::Kind::impossible:
      return "impossible";
    case plan::Absence::Kind::unneeded:
      return "unneeded";
  }
  return "";
}

}  // namespace

Result<Explanation> explain_absence(const Explained& explained, const std::string& name,
                                    Session& session) {
  World& world = *TRY(session.world());
  const definition::ImageSpec& spec = explained.locked.plan.spec;
  plan::PlanOptions options;
  options.pins = explained.locked.pins;
  options.archives = TRY(archive_choices(session.config()));
  options.archives.rewrites = explained.locked.rewrites;
  plan::TargetArchives target = TRY(plan::target_archives(spec, options.archives, world));
  plan::ArchiveCache archives({.greatest_age = session.config().greatest_age});
  auto universe = TRY(archives.get(*target.archives, world));
  std::vector<plan::Relaxation> relaxations;
  plan::Question question = TRY(plan::question_of(spec, options, *universe, relaxations));
  plan::Absence absence = TRY(plan::why_not(*universe, question, name));

  Explanation explanation;
  explanation.present = false;
  explanation.text = fmt::format("{} is not in the image: {}\n", name, absence.text);
  explanation.json = Json::object({{"kind", "absent"},
                                   {"name", name},
                                   {"absence", word(absence.kind)},
                                   {"reason", absence.text}});
  return explanation;
}

}  // namespace kiln::cli
