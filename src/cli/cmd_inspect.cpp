// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "cli/command.hpp"
#include "cli/image_argument.hpp"
#include "cli/image_source.hpp"
#include "cli/owners.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

Json config_json(const oci::ImageConfig& config) {
  return Json::object({{"user", config.user},
                       {"entrypoint", Json::array_of(config.entrypoint)},
                       {"cmd", Json::array_of(config.cmd)},
                       {"env", Json::array_of(config.env)},
                       {"working_dir", config.working_dir},
                       {"ports", Json::array_of(config.exposed_ports)},
                       {"volumes", Json::array_of(config.volumes)},
                       {"stop_signal", config.stop_signal},
                       {"labels", Json::object_of(config.labels)},
                       {"created", config.created}});
}

Json file_json(const std::string& path, const image::TreeFile& file, const std::string& owner) {
  Json json = Json::object({{"path", "/" + path},
                            {"type", model::str(file.type)},
                            {"mode", fmt::format("{:04o}", file.mode)},
                            {"uid", file.uid},
                            {"gid", file.gid},
                            {"size", file.size},
                            {"owner", owner}});
  if (file.type == model::FileType::file) json["sha256"] = file.sha256.hex();
  if (!file.link.empty()) json["link"] = file.link;
  return json;
}

std::string owner_of(const image::ImageView& view, const std::string& path) {
  auto found = view.owners.find(path);
  return found == view.owners.end() ? std::string() : found->second;
}

Json document(const image::ImageView& view, bool with_files) {
  Json json = Json::object({{"schema", "kiln.inspect/1"},
                            {"digest", view.image.descriptor.digest.str()},
                            {"platform", view.image.config.platform.str()},
                            {"config", config_json(view.image.config)},
                            {"compressed_size", view.compressed_size},
                            {"unpacked_size", view.unpacked_size},
                            {"layers", Json::array()},
                            {"packages", Json::array()}});
  for (const image::LayerView& layer : view.layers)
    json["layers"].push_back(Json::object({{"digest", layer.digest.str()},
                                           {"diff_id", layer.diff_id.str()},
                                           {"media_type", layer.media_type},
                                           {"size", layer.size},
                                           {"tar_size", layer.tar_size},
                                           {"files", layer.files},
                                           {"created_by", layer.created_by}}));
  for (const image::InstalledPackage& package : view.packages)
    json["packages"].push_back(Json::object({{"name", package.name},
                                             {"version", package.version},
                                             {"architecture", package.architecture}}));
  if (!with_files) return json;
  json["files"] = Json::array();
  for (const auto& [path, file] : view.tree.files())
    json["files"].push_back(file_json(path, file, owner_of(view, path)));
  return json;
}

std::string config_text(const oci::ImageConfig& config) {
  std::string out;
  auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out += fmt::format("{:<12} {}\n", name, value);
  };
  line("user", config.user.empty() ? "root" : config.user);
  line("entrypoint", fmt::format("{}", fmt::join(config.entrypoint, " ")));
  line("cmd", fmt::format("{}", fmt::join(config.cmd, " ")));
  line("directory", config.working_dir);
  line("ports", fmt::format("{}", fmt::join(config.exposed_ports, " ")));
  line("volumes", fmt::format("{}", fmt::join(config.volumes, " ")));
  line("stop signal", config.stop_signal);
  for (const std::string& entry : config.env) line("env", entry);
  for (const auto& [name, value] : config.labels) line("label", name + "=" + value);
  return out;
}

std::string layers_text(const image::ImageView& view) {
  std::string out;
  for (const image::LayerView& layer : view.layers)
    out += fmt::format("  {}  {:>10}  {:>5} files  {}\n", layer.digest.hex().substr(0, 12),
                       human_size(layer.size), layer.files, layer.created_by);
  return out;
}

std::string files_text(const image::ImageView& view) {
  std::string out;
  for (const auto& [path, file] : view.tree.files()) {
    std::string link = file.link.empty() ? "" : " -> " + file.link;
    out += fmt::format("  {:04o} {:>5}:{:<5} {:>10}  /{}{}  ({})\n", file.mode, file.uid, file.gid,
                       file.size, path, link,
                       owner_of(view, path).empty() ? "no owner" : owner_of(view, path));
  }
  return out;
}

std::string text(const image::ImageView& view, bool with_files) {
  std::string out =
      fmt::format("{} {}\n", view.image.descriptor.digest.str(), view.image.config.platform.str());
  out += config_text(view.image.config);
  out += fmt::format("\n{} layers, {} compressed, {} unpacked\n{}", view.layers.size(),
                     human_size(view.compressed_size), human_size(view.unpacked_size),
                     layers_text(view));
  out += fmt::format("\n{} packages\n", view.packages.size());
  for (const image::InstalledPackage& package : view.packages)
    out += fmt::format("  {} {} ({})\n", package.name, package.version, package.architecture);
  out += fmt::format("\n{} paths\n", view.tree.files().size());
  return with_files ? out + files_text(view) : out;
}

Result<int> run(Session& session, const Arguments& arguments) {
  OpenedImage opened =
      TRY(open_image_argument(session, arguments.positionals()[0], arguments.value("--platform"),
                              arguments.value("--image")));
  image::ImageView view = TRY(view_of(opened));
  bool with_files = arguments.has("--files");
  if (with_files)
    if (std::optional<plan::LockedPlan> locked = use_lock_beside(view, opened, session))
      for (auto& [path, owner] : view.owners) owner = with_place(owner, *locked);
  session.give(text(view, with_files), document(view, with_files));
  return k_exit_ok;
}

}  // namespace

const Command k_inspect = {
    .spec =
        {.name = "inspect",
         .summary = "show config, layers, packages and files of an image",
         .description =
             "Reads an image from a layout directory, an archive or a registry, built by Kiln "
             "or by "
             "anyone, checks every layer against its digest, and shows what is in it: config, "
             "layers, "
             "packages of dpkg or apk databases, and with --files every path with its owner. "
             "Of an image of Kiln, effects and parts of the definition are named when the store "
             "still has the packages of the lock beside it.",
         .positionals = {{.name = "IMAGE"}},
         .options =
             with_registry_options({platform_option(),
                                    image_option(),
                                    {"--files", "", "list every path with mode, owner and size"}}),
         .examples = {{"kiln inspect out/nginx", "config, layers and packages"},
                      {"kiln inspect docker.io/library/nginx:1", "of an image in a registry"},
                      {"kiln inspect --files --json image.tar", "every path, for a script"}}},
    .run = run};

}  // namespace kiln::cli
