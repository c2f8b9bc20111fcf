// SPDX-License-Identifier: Apache-2.0
#include "cli/explanation.hpp"

#include "base/strings.hpp"
#include "cli/owners.hpp"
#include "cli/pipeline.hpp"
#include "plan/questions.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr size_t k_chains_shown = 5;

// The place of a package in the plan; not_found with a near miss otherwise.
Result<size_t> find_package(const plan::Plan& plan, const std::string& name) {
  std::vector<std::string> names;
  for (size_t i = 0; i < plan.packages.size(); ++i) {
    if (plan.packages[i].id.name == name) return i;
    names.push_back(plan.packages[i].id.name);
  }
  std::optional<std::string> near = nearest(name, names);
  return fail(ErrorCode::not_found, fmt::format("{} is not in the image", printable(name)),
              near ? fmt::format("did you mean {}?", *near) : std::string());
}

std::string chain_text(const plan::Chain& chain) {
  std::string out;
  std::string indent = "    ";
  for (const plan::Chain::Link& link : chain.links) {
    std::string choice = link.alternatives.empty() ? "" : fmt::format(" [{}]", link.alternatives);
    out += fmt::format("{}{}  ({}){}\n", indent, link.package, link.relation, choice);
    indent += "  ";
  }
  return out;
}

Json chains_json(const std::vector<plan::Chain>& chains) {
  Json list = Json::array();
  for (const plan::Chain& chain : chains) {
    Json links = Json::array();
    for (const plan::Chain::Link& link : chain.links)
      links.push_back(Json::object({{"package", link.package},
                                    {"relation", link.relation},
                                    {"alternatives", link.alternatives}}));
    list.push_back(std::move(links));
  }
  return list;
}

Explanation absent(const std::string& what, std::string text) {
  Explanation explanation;
  explanation.present = false;
  explanation.json = Json::object({{"kind", "absent"}, {"name", what}, {"reason", text}});
  explanation.text = std::move(text) + "\n";
  return explanation;
}

// What put a path there and what changed it afterwards.
struct Origins {
  std::string owner;  // several of a directory
  std::vector<std::string> modifiers;
};

// Those that a path gets when the plan is installed once more: an image itself says little.
Result<Origins> origins_in_tree(const plan::LockedPlan& locked, const std::string& path,
                                Session& session) {
  const plan::LockedPlan* plans[] = {&locked};
  TRY(fetch_inputs(plans, session));
  World& world = *TRY(session.world());
  rootfs::Rootfs tree = TRY(install_plan(locked.plan, world));
  auto node = tree.nodes.find(path);
  if (node == tree.nodes.end()) return fail(ErrorCode::not_found, "it is not in the plan");
  std::vector<std::string> owners;
  for (const model::Owner& owner : node->second.owners)
    owners.push_back(with_place(owner.str(), locked));
  Origins origins{join(owners, ", "), {}};
  for (const model::Owner& modifier : node->second.modifiers)
    origins.modifiers.push_back(with_place(modifier.str(), locked));
  return origins;
}

// By the plan, or else what the image says, or else why nobody knows.
Origins origins_of(const Explained& explained, const std::string& path, Session& session) {
  Result<Origins> planned = origins_in_tree(explained.locked, path, session);
  if (planned) return std::move(*planned);
  auto known = explained.view->owners.find(path);
  if (known == explained.view->owners.end())
    return {fmt::format("nobody knows: {}", planned.error().message), {}};
  if (find_package(explained.locked.plan, known->second)) return {"package " + known->second, {}};
  if (known->second != "definition") return {known->second, {}};
  return {fmt::format("the definition or a native effect; which one cannot be told: {}",
                      planned.error().message),
          {}};
}

std::unexpected<Error> needs_image() {
  return fail(ErrorCode::bad_input, "a lock knows packages; files and layers are in an image",
              "name the image's directory or archive instead of the lock");
}

Json package_json(const plan::PlannedPackage& package, const plan::Origin& origin) {
  return Json::object({{"kind", "package"},
                       {"name", package.id.name},
                       {"version", package.id.version},
                       {"architecture", package.id.architecture},
                       {"repository", origin.repository},
                       {"source", origin.source},
                       {"source_version", origin.source_version},
                       {"sha256", package.sha256.hex()},
                       {"size", package.size},
                       {"urls", Json::array_of(origin.urls)}});
}

}  // namespace

Result<Explanation> explain_package(const Explained& explained, const std::string& name) {
  const plan::LockedPlan& locked = explained.locked;
  size_t place = TRY(find_package(locked.plan, name));
  const plan::PlannedPackage& package = locked.plan.packages[place];
  const plan::Origin& origin = locked.origins[place];
  std::vector<plan::Ground> grounds = plan::grounds(locked);
  std::vector<plan::Chain> chains = TRY(plan::why(grounds, name));
  std::vector<std::string> leaving = TRY(plan::what_leaves(grounds, name));

  Explanation explanation;
  explanation.json = package_json(package, origin);
  explanation.json["chains"] = chains_json(chains);
  explanation.json["leaves"] = Json::array_of(leaving);
  std::string& text = explanation.text;
  text = fmt::format("{}\n", package.id.str());
  text += fmt::format("  from      {}, source {} {}\n", origin.repository, origin.source,
                      origin.source_version);
  text += fmt::format("  file      {} ({})\n", package.sha256.str(), human_size(package.size));
  for (const plan::Relaxation& r : locked.relaxations)
    if (r.package == name)
      text +=
          fmt::format("  version   {} was asked for (pins: {})\n", r.asked, plan::str(r.policy));
  text += "  here by\n";
  for (size_t i = 0; i < std::min(chains.size(), k_chains_shown); ++i)
    text += chain_text(chains[i]);
  if (chains.size() > k_chains_shown)
    text += fmt::format("    and {} longer chains\n", chains.size() - k_chains_shown);
  text += fmt::format("  leaves with it  {}\n", fmt::join(leaving, " "));
  return explanation;
}

Result<Explanation> explain_file(const Explained& explained, const std::string& path,
                                 Session& session) {
  if (!explained.view) return needs_image();
  const image::ImageView& view = *explained.view;
  std::string clean = TRY(clean_path(path));
  auto file = view.tree.files().find(clean);
  if (file == view.tree.files().end())
    return absent(path, fmt::format("{} is not in the image", printable(path)));
  auto [who, modifiers] = origins_of(explained, clean, session);

  Explanation explanation;
  explanation.text = fmt::format("/{}\n  {} {:04o} {}:{} {}\n  from   {}\n", clean,
                                 model::str(file->second.type), file->second.mode, file->second.uid,
                                 file->second.gid, human_size(file->second.size), who);
  explanation.json = Json::object({{"kind", "file"},
                                   {"path", "/" + clean},
                                   {"owner", who},
                                   {"modifiers", Json::array_of(modifiers)},
                                   {"layer", view.layers.at(file->second.layer).digest.str()}});
  for (const std::string& modifier : modifiers)
    explanation.text += fmt::format("  changed by {}\n", modifier);
  explanation.text += fmt::format("  layer  {}\n", view.layers.at(file->second.layer).digest.str());
  std::string package = who.starts_with("package ") ? who.substr(8) : who;
  if (find_package(explained.locked.plan, package)) {
    Explanation why = TRY(explain_package(explained, package));
    explanation.text += why.text;
    explanation.json["package"] = std::move(why.json);
  }
  return explanation;
}

Result<Explanation> explain_layer(const Explained& explained, const std::string& digest) {
  if (!explained.view) return needs_image();
  const image::ImageView& view = *explained.view;
  for (size_t i = 0; i < view.layers.size(); ++i) {
    const image::LayerView& layer = view.layers[i];
    if (!layer.digest.str().starts_with(digest) && !layer.diff_id.str().starts_with(digest))
      continue;
    Explanation explanation;
    explanation.text = fmt::format(
        "layer {} of {}: {}\n  digest   {}\n  diff id  {}\n  size     {} compressed, {} unpacked, "
        "{} files\n",
        i + 1, view.layers.size(), layer.created_by, layer.digest.str(), layer.diff_id.str(),
        human_size(layer.size), human_size(layer.tar_size), layer.files);
    explanation.json = Json::object({{"kind", "layer"},
                                     {"number", i + 1},
                                     {"digest", layer.digest.str()},
                                     {"diff_id", layer.diff_id.str()},
                                     {"created_by", layer.created_by},
                                     {"files", layer.files}});
    return explanation;
  }
  return absent(digest,
                fmt::format("no layer is {}; `kiln inspect` lists the layers", printable(digest)));
}

}  // namespace kiln::cli
