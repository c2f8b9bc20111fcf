// SPDX-License-Identifier: Apache-2.0
#include "definition/resolve.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "definition/ports.hpp"
#include "definition/variables.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::definition {

namespace {

template <typename T>
void add_once(std::vector<T>& list, T item) {
  if (std::ranges::find(list, item) == list.end()) list.push_back(std::move(item));
}

class Resolver {
 public:
  Resolver(const Definition& definition, std::string_view platform)
      : definition_(definition), platform_(platform), variables_(definition, platform) {}

  Result<ImageSpec> image() {
    ImageSpec spec;
    TRY(identity(spec));
    TRY(contents(spec));
    TRY(accounts(spec));
    TRY(os_release(spec));
    TRY(paths(spec));
    TRY(runtime(spec));
    return spec;
  }

  Result<std::vector<Position>> path_positions() {
    ImageSpec spec;
    TRY(paths(spec));
    return path_positions_;
  }

 private:
  // Adds the place of a value to what went wrong with it.
  template <typename T>
  Result<T> at(const Position& where, Result<T> result) const {
    if (!result)
      result.error().message =
          fmt::format("{}: {}", definition_.location(where).str(), result.error().message);
    return result;
  }

  Result<std::string> plain(const Text& text) const {
    return at(text.where, variables_.interpolate(text.value));
  }

  Result<std::vector<std::string>> plain(const Texts& texts) const {
    std::vector<std::string> list;
    for (const Text& text : texts) list.push_back(TRY(plain(text)));
    return list;
  }

  Result<std::vector<std::string>> plain_once(const Texts& texts) const {
    std::vector<std::string> list;
    for (const Text& text : texts) add_once(list, TRY(plain(text)));
    return list;
  }

  Result<std::map<std::string, std::string>> plain(const TextMap& map) const {
    std::map<std::string, std::string> values;
    for (const TextMapEntry& entry : map)
      values.insert_or_assign(TRY(plain(entry.key)), TRY(plain(entry.value)));
    return values;
  }

  // A path in the image: "/" and what clean_path makes of it.
  Result<std::string> absolute(const Text& text) const {
    std::string path = TRY(plain(text));
    if (!path.starts_with('/'))
      return at(text.where, Result<std::string>(fail(ErrorCode::bad_input,
                                                     fmt::format("\"{}\" is not absolute", path))));
    return "/" + TRY(at(text.where, clean_path(path)));
  }

  bool is_for_platform(const Platforms& platforms) const {
    return platforms.empty() || std::ranges::any_of(platforms, [&](const Located<Platform>& one) {
             return enum_name(one.value) == platform_;
           });
  }

  Result<> identity(ImageSpec& spec) const {
    auto target = find_target(definition_);
    if (!target)
      return fail(ErrorCode::bad_input,
                  fmt::format("{}: {}", definition_.location(target.error().where).str(),
                              target.error().message),
                  target.error().advice);
    spec.target = *target;
    spec.definition_name = definition_.id;
    spec.platform = platform_;
    spec.name = TRY(plain(definition_.name));
    spec.image = TRY(plain(definition_.image));
    spec.variant = enum_name(definition_.variant.value);
    spec.flavor = TRY(plain(definition_.flavor));
    std::string suffix = TRY(plain(definition_.suffix));
    for (const Text& tag : definition_.tags) add_once(spec.tags, TRY(plain(tag)) + suffix);
    const DatesBlock& dates = definition_.dates;
    auto put = [&](std::string_view key, const Text& date) {
      if (date.given()) spec.dates.emplace(key, date.value);
    };
    put("release", dates.release);
    put("end-of-life", dates.end_of_life);
    put("end-of-support", dates.end_of_support);
    put("type", dates.type);
    put("url", dates.url);
    return {};
  }

  Result<> contents(ImageSpec& spec) const {
    const ContentsBlock& contents = definition_.contents;
    spec.repositories = TRY(plain_once(contents.repositories));
    spec.keyring = TRY(plain(contents.keyring));
    spec.mappings = TRY(plain(contents.mappings));
    for (const Text& entry : contents.packages) {
      std::string text = TRY(plain(entry));
      PackageRequest request = TRY(at(entry.where, parse_package_request(text)));
      if (request.excluded)
        spec.exclusions.insert(std::move(request.name));
      else
        add_once(spec.packages, std::move(request));
    }
    for (const PackageRequest& request : spec.packages) spec.exclusions.erase(request.name);
    return {};
  }

  Result<> accounts(ImageSpec& spec) const {
    const AccountsBlock& accounts = definition_.accounts;
    spec.accounts.root = accounts.root.value;
    spec.accounts.run_as = TRY(plain(accounts.run_as));
    for (const UserBlock& user : accounts.users)
      add_once(spec.accounts.users, User{user.name.value, static_cast<uint32_t>(user.uid.value),
                                         static_cast<uint32_t>(user.gid.value)});
    for (const GroupBlock& block : accounts.groups) {
      std::vector<Group>& groups = spec.accounts.groups;
      auto group = std::ranges::find(groups, block.name.value, &Group::name);
      if (group == groups.end())
        group = groups.insert(groups.end(),
                              Group{block.name.value, static_cast<uint32_t>(block.gid.value), {}});
      for (const Text& member : block.members) add_once(group->members, member.value);
    }
    return {};
  }

  Result<> os_release(ImageSpec& spec) const {
    const OsReleaseBlock& os = definition_.os_release;
    const Text* texts[] = {
        &os.name,        &os.id,       &os.id_like,       &os.version_id, &os.version_codename,
        &os.pretty_name, &os.home_url, &os.bug_report_url};
    for (size_t i = 0; i < k_os_release_order.size(); ++i)
      if (texts[i]->given())
        spec.os_release.emplace_back(k_os_release_order[i], TRY(plain(*texts[i])));
    return {};
  }

  Result<> paths(ImageSpec& spec) {
    std::set<std::string> sources;
    for (const PathBlock& block : definition_.paths) {
      if (!is_for_platform(block.platforms)) continue;
      if (block.condition.given() &&
          !TRY(at(block.condition.where, variables_.condition(block.condition.value))))
        continue;
      PathEntry entry = TRY(path(block));
      bool local = entry.type == PathType::file || entry.type == PathType::directory;
      if (local && !entry.source.empty()) sources.insert(entry.source);
      spec.paths.push_back(std::move(entry));
      path_positions_.push_back(block.where);
    }
    spec.sources.assign(sources.begin(), sources.end());
    return {};
  }

  Result<PathEntry> path(const PathBlock& block) const {
    PathEntry entry;
    entry.type = block.type.value;
    entry.path = TRY(absolute(block.path));
    entry.content = TRY(plain(block.content));
    entry.source = TRY(plain(block.source));
    bool local = entry.type == PathType::file || entry.type == PathType::directory;
    if (local && !entry.source.empty())
      entry.source = TRY(at(block.source.where, clean_path(entry.source)));
    entry.uid = static_cast<uint32_t>(block.uid.value);
    entry.gid = static_cast<uint32_t>(block.gid.value);
    if (block.mode.given()) entry.mode = static_cast<uint32_t>(*parse_octal(block.mode.value));
    entry.recursive = block.recursive.value;
    return entry;
  }

  Result<> runtime(ImageSpec& spec) const {
    for (const TextMapEntry& entry : definition_.environment)
      spec.environment.insert_or_assign(
          entry.key.value,
          TRY(at(entry.value.where, variables_.interpolate_expressions(entry.value.value))));
    spec.annotations = TRY(plain(definition_.annotations));
    spec.labels = TRY(plain(definition_.labels));
    spec.entrypoint = TRY(plain(definition_.entrypoint));
    spec.cmd = TRY(plain(definition_.cmd));
    for (const Text& entry : definition_.ports) {
      std::string text = TRY(plain(entry));
      for (std::string& port : TRY(at(entry.where, parse_ports(text))))
        add_once(spec.ports, std::move(port));
    }
    for (const Text& volume : definition_.volumes) add_once(spec.volumes, TRY(absolute(volume)));
    if (definition_.work_dir.given()) spec.work_dir = TRY(absolute(definition_.work_dir));
    spec.stop_signal = TRY(plain(definition_.stop_signal));
    spec.squashed = definition_.output.value == Output::squashed;
    if (definition_.compression.given())
      spec.compression = enum_name(definition_.compression.value);
    return {};
  }

  const Definition& definition_;
  std::string platform_;
  Variables variables_;
  std::vector<Position> path_positions_;
};

}  // namespace

std::vector<std::string> platforms(const Definition& definition) {
  std::vector<std::string> names;
  for (const Located<Platform>& platform : definition.platforms)
    add_once(names, std::string(enum_name(platform.value)));
  if (names.empty())
    for (Platform platform : k_default_platforms) names.emplace_back(enum_name(platform));
  return names;
}

namespace {

// A definition that names no platform can be built for each.
std::vector<std::string> offered_platforms(const Definition& definition) {
  if (!definition.platforms.empty()) return platforms(definition);
  std::vector<std::string> names;
  for (const auto& [platform, name] : EnumNames<Platform>::values) names.emplace_back(name);
  return names;
}

}  // namespace

Result<ImageSpec> resolve(const Definition& definition, std::string_view platform) {
  if (definition.kind != Kind::image)
    return fail(ErrorCode::unsupported,
                fmt::format("{} is a {}, not an image", definition.id, str(definition.kind)));
  auto offered = offered_platforms(definition);
  if (std::ranges::find(offered, platform) == offered.end())
    return fail(ErrorCode::bad_input,
                fmt::format("{} is not built for {}", definition.id, printable(platform)),
                fmt::format("it is built for {}", join(offered, ", ")));
  return Resolver(definition, platform).image();
}

Result<std::vector<Position>> path_positions(const Definition& definition,
                                             std::string_view platform) {
  return Resolver(definition, platform).path_positions();
}

}  // namespace kiln::definition
