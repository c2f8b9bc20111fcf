// SPDX-License-Identifier: Apache-2.0
#include "plan/install_order.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace kiln::plan {

namespace {

using Edges = std::vector<std::vector<size_t>>;  // for each item, what must come before it

// Tarjan's algorithm without recursion: for each item the number of its component.
class Components {
 public:
  explicit Components(const Edges& edges)
      : edges_(edges), index_(edges.size(), 0), low_(edges.size(), 0), of_(edges.size(), k_none) {
    for (size_t i = 0; i < edges.size(); ++i)
      if (index_[i] == 0) visit(i);
  }
  const std::vector<size_t>& of() const { return of_; }
  size_t count() const { return count_; }

 private:
  static constexpr size_t k_none = SIZE_MAX;
  struct Frame {
    size_t item;
    size_t next = 0;
  };

  void enter(size_t item) {
    index_[item] = low_[item] = ++clock_;
    stack_.push_back(item);
    frames_.push_back({item});
  }

  void visit(size_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      size_t item = frame.item;
      if (frame.next < edges_[item].size()) {
        size_t other = edges_[item][frame.next++];
        if (index_[other] == 0)
          enter(other);
        else if (of_[other] == k_none)
          low_[item] = std::min(low_[item], index_[other]);
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty())
        low_[frames_.back().item] = std::min(low_[frames_.back().item], low_[item]);
      if (low_[item] == index_[item]) close(item);
    }
  }

  void close(size_t root) {
    size_t member;
    do {
      member = stack_.back();
      stack_.pop_back();
      of_[member] = count_;
    } while (member != root);
    ++count_;
  }

  const Edges& edges_;
  std::vector<size_t> index_, low_, of_, stack_;
  std::vector<Frame> frames_;
  size_t clock_ = 0;
  size_t count_ = 0;
};

// Orders items so that each comes after its edges; among those that are free, the smallest rank
// first. Items in a circle are freed by rank.
std::vector<size_t> ranked_order(const Edges& edges, const std::vector<size_t>& ranks) {
  std::vector<size_t> waiting_for(edges.size(), 0);
  Edges waited_on(edges.size());
  for (size_t i = 0; i < edges.size(); ++i)
    for (size_t before : edges[i]) {
      waited_on[before].push_back(i);
      ++waiting_for[i];
    }
  auto by_rank = [&](size_t a, size_t b) { return ranks[a] < ranks[b]; };
  std::set<size_t, decltype(by_rank)> ready(by_rank);
  std::set<size_t, decltype(by_rank)> blocked(by_rank);
  for (size_t i = 0; i < edges.size(); ++i) (waiting_for[i] == 0 ? ready : blocked).insert(i);
  std::vector<size_t> order;
  while (!ready.empty() || !blocked.empty()) {
    auto& from = ready.empty() ? blocked : ready;
    size_t item = *from.begin();
    from.erase(from.begin());
    order.push_back(item);
    for (size_t next : waited_on[item])
      if (--waiting_for[next] == 0 && blocked.erase(next) == 1) ready.insert(next);
  }
  return order;
}

std::vector<size_t> ranks_of_names(const std::vector<OrderItem>& items) {
  std::vector<size_t> places(items.size());
  std::iota(places.begin(), places.end(), 0);
  std::ranges::sort(places, {}, [&](size_t i) -> const std::string& { return items[i].name; });
  std::vector<size_t> ranks(items.size());
  for (size_t rank = 0; rank < places.size(); ++rank) ranks[places[rank]] = rank;
  return ranks;
}

}  // namespace

std::vector<size_t> install_order(const std::vector<OrderItem>& items) {
  Edges all(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    std::set<size_t> before(items[i].depends_on.begin(), items[i].depends_on.end());
    before.insert(items[i].pre_depends_on.begin(), items[i].pre_depends_on.end());
    before.erase(i);
    all[i].assign(before.begin(), before.end());
  }
  std::vector<size_t> ranks = ranks_of_names(items);
  Components components(all);

  // Within a component: pre-dependencies of the same component, then names.
  Edges inner(items.size());
  for (size_t i = 0; i < items.size(); ++i)
    for (size_t before :
         std::set<size_t>(items[i].pre_depends_on.begin(), items[i].pre_depends_on.end()))
      if (before != i && components.of()[before] == components.of()[i]) inner[i].push_back(before);
  std::vector<std::vector<size_t>> members(components.count());
  for (size_t item : ranked_order(inner, ranks)) members[components.of()[item]].push_back(item);

  // Between components: dependencies first, then the smallest name.
  Edges outer(components.count());
  std::vector<size_t> component_ranks(components.count(), SIZE_MAX);
  for (size_t i = 0; i < items.size(); ++i) {
    size_t own = components.of()[i];
    component_ranks[own] = std::min(component_ranks[own], ranks[i]);
    for (size_t before : all[i])
      if (components.of()[before] != own) outer[own].push_back(components.of()[before]);
  }
  std::vector<size_t> order;
  for (size_t component : ranked_order(outer, component_ranks))
    order.insert(order.end(), members[component].begin(), members[component].end());
  return order;
}

}  // namespace kiln::plan
