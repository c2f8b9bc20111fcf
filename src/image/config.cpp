// SPDX-License-Identifier: Apache-2.0
#include "image/config.hpp"

#include "base/strings.hpp"
#include "model/namespace.hpp"
#include "oci/media_types.hpp"

#include <array>

#include <fmt/format.h>

namespace kiln::image {

namespace {

constexpr std::string_view k_default_path =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

struct Program {
  std::string_view path;
  std::string_view name;
};

// The first program of a list that the tree has; with merged /usr, only one of two paths exists.
template <size_t N>
std::string_view first_present(const rootfs::Rootfs& rootfs, const std::array<Program, N>& list) {
  for (const Program& program : list)
    if (rootfs.nodes.contains(program.path)) return program.name;
  return {};
}

std::string_view shell_of(const rootfs::Rootfs& rootfs) {
  constexpr std::array<Program, 7> k_shells = {{{"usr/bin/bash", "bash"},
                                                {"bin/bash", "bash"},
                                                {"usr/bin/dash", "dash"},
                                                {"bin/dash", "dash"},
                                                {"bin/busybox", "busybox"},
                                                {"usr/bin/busybox", "busybox"},
                                                {"bin/sh", "sh"}}};
  return first_present(rootfs, k_shells);
}

std::string_view package_manager_of(const rootfs::Rootfs& rootfs) {
  constexpr std::array<Program, 5> k_managers = {{{"usr/bin/apt-get", "apt"},
                                                  {"sbin/apk", "apk"},
                                                  {"usr/sbin/apk", "apk"},
                                                  {"usr/bin/dpkg", "dpkg"},
                                                  {"bin/dpkg", "dpkg"}}};
  return first_present(rootfs, k_managers);
}

// The longest tag says most: "8.14.1-debian13" rather than "8". The first of several that long.
std::string version_of(const definition::ImageSpec& spec) {
  std::string longest;
  for (const std::string& tag : spec.tags)
    if (tag.size() > longest.size()) longest = tag;
  return longest;
}

std::vector<std::string> environment_of(const definition::ImageSpec& spec) {
  std::vector<std::string> env;
  if (!spec.environment.contains("PATH")) env.push_back(fmt::format("PATH={}", k_default_path));
  for (const auto& [name, value] : spec.environment) env.push_back(name + "=" + value);
  return env;
}

std::map<std::string, std::string> labels_of(const rootfs::Rootfs& rootfs, const plan::Plan& plan,
                                             const Digest& chain) {
  const definition::ImageSpec& spec = plan.spec;
  std::map<std::string, std::string> labels;
  auto put = [&](std::string_view name, std::string_view text) {
    labels.emplace(model::label(name), text);
  };
  put("title", spec.name);
  put("version", version_of(spec));
  put("distro", spec.target.str());
  put("variant", spec.variant);
  put("flavor", spec.flavor);
  put("definition", spec.definition_name);
  for (const auto& [name, date] : spec.dates) put("date." + name, date);
  put("shell", shell_of(rootfs));
  put("package-manager", package_manager_of(rootfs));
  put("chain-id", chain.str());
  put("created", format_rfc3339(rootfs.created));
  for (const auto& [name, text] : spec.labels) labels[name] = text;
  return labels;
}

std::vector<oci::History> history_of(const std::vector<Layer>& layers, const std::string& created) {
  std::vector<oci::History> history;
  for (const Layer& layer : layers) {
    oci::History entry;
    entry.created = created;
    entry.created_by = "kiln " + layer.title;
    if (layer.packages.size() > 1) entry.comment = join(layer.packages, " ");
    history.push_back(std::move(entry));
  }
  return history;
}

}  // namespace

oci::ImageConfig make_config(const rootfs::Rootfs& rootfs, const plan::Plan& plan,
                             const std::vector<Layer>& layers) {
  const definition::ImageSpec& spec = plan.spec;
  oci::ImageConfig config;
  config.created = format_rfc3339(rootfs.created);
  config.platform = plan.platform;
  config.user = spec.accounts.run_as;
  config.exposed_ports = {spec.ports.begin(), spec.ports.end()};
  config.env = environment_of(spec);
  config.entrypoint = spec.entrypoint;
  config.cmd = spec.cmd;
  config.volumes = {spec.volumes.begin(), spec.volumes.end()};
  config.working_dir = spec.work_dir.empty() ? "/" : spec.work_dir;
  config.stop_signal = spec.stop_signal;
  for (const Layer& layer : layers) config.diff_ids.push_back(layer.diff_id);
  config.labels = labels_of(rootfs, plan, oci::chain_id(config.diff_ids));
  config.history = history_of(layers, config.created);
  return config;
}

oci::Annotations make_annotations(const rootfs::Rootfs& rootfs, const plan::Plan& plan,
                                  const Digest& plan_digest) {
  oci::Annotations annotations = {
      {std::string(oci::k_created), format_rfc3339(rootfs.created)},
      {std::string(k_plan_digest), plan_digest.str()},
  };
  if (!plan.spec.name.empty()) annotations["org.opencontainers.image.title"] = plan.spec.name;
  if (!plan.spec.tags.empty())
    annotations["org.opencontainers.image.version"] = version_of(plan.spec);
  for (const auto& [name, text] : plan.spec.annotations) annotations[name] = text;
  return annotations;
}

}  // namespace kiln::image
