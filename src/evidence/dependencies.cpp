// SPDX-License-Identifier: Apache-2.0
#include "evidence/dependencies.hpp"

#include "base/strings.hpp"
#include "distributions/distributions.hpp"
#include "evidence/public_url.hpp"
#include "evidence/sbom/purl.hpp"

#include <set>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

std::string purl_of(const plan::Plan& plan, const model::PackageId& id) {
  const packages::Distribution& distribution = distribution_named(plan.distribution);
  return sbom::purl(distribution.purl_type(), plan.distribution, id.name, id.version,
                    {{"arch", id.architecture}, {"distro", plan.spec.target.str()}});
}

Resource index_resource(const plan::LockedIndex& index) {
  Resource resource;
  resource.name = index.suite.empty() ? std::string("index of a repository")
                                      : fmt::format("index of {} {}", index.suite, index.component);
  resource.uri = public_url(index.url).value_or("");
  resource.digest = digest_set(index.index);
  resource.annotations = {{"release-sha256", index.release.hex()},
                          {"published", format_rfc3339(index.date)},
                          {"signed-by", join(index.keys, " ")}};
  return resource;
}

Resource package_resource(const plan::Plan& plan, size_t i, const plan::Origin& origin) {
  const plan::PlannedPackage& package = plan.packages[i];
  Resource resource;
  resource.name = package.id.name;
  resource.uri = purl_of(plan, package.id);
  resource.digest = digest_set(package.sha256);
  for (const std::string& url : origin.urls) {
    std::optional<std::string> shown = public_url(url);
    if (!shown) continue;
    resource.download_location = *shown;
    break;
  }
  resource.media_type = distribution_named(plan.distribution).media_type();
  resource.annotations = {{"source", fmt::format("{} {}", origin.source, origin.source_version)}};
  return resource;
}

}  // namespace

std::vector<Resource> dependencies_of(const plan::LockedPlan& locked) {
  std::vector<Resource> resources;
  std::set<std::string> keys;
  for (const plan::LockedIndex& index : locked.indexes) {
    resources.push_back(index_resource(index));
    keys.insert(index.keys.begin(), index.keys.end());
  }
  for (const std::string& key : keys) {
    Resource resource;
    resource.name = "archive key";
    resource.uri = distribution_named(locked.plan.distribution).key_uri(key);
    resources.push_back(std::move(resource));
  }
  for (size_t i = 0; i < locked.plan.packages.size(); ++i)
    resources.push_back(package_resource(locked.plan, i, locked.origins[i]));
  for (const plan::LocalSource& source : locked.plan.sources) {
    Resource resource;
    resource.name = source.path;
    resource.digest = digest_set(source.sha256);
    resources.push_back(std::move(resource));
  }
  return resources;
}

}  // namespace kiln::evidence
