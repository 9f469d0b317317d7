#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/labels.h>

namespace bankslip::telemetry {

/// The metrics of one family by their label values; a known one is found under
/// a shared lock. Bounded: beyond `max_metrics` sets of labels all values
/// become "other", so that no caller can fill the memory. Thread-safe.
template <class Metric>
class labelled {
public:
  static constexpr std::size_t max_metrics = 500;
  /// Adds the metric with these labels to its family, or finds it there.
  using add_function = std::function<Metric&(const prometheus::Labels&)>;

  /// `label` is the one that `with` gives a value. Those named are there from the start, so
  /// that a rate can be computed from the first count and an alert always finds its series.
  labelled(add_function add, const char* label, const std::vector<std::string_view>& values)
      : add_{std::move(add)}, label_{label} {
    for (const auto value : values)
      with(value);
  }

  /// `key` is unique for the labels that `labels()` makes when it is new.
  template <class MakeLabels>
  Metric& get(std::string_view key, MakeLabels&& labels) {
    {
      const std::shared_lock lock{mutex_};
      if (const auto found = by_key_.find(key); found != by_key_.end())
        return *found->second;
    }
    const std::unique_lock lock{mutex_};
    if (const auto found = by_key_.find(key); found != by_key_.end())
      return *found->second;
    prometheus::Labels named = labels();
    if (by_key_.size() >= max_metrics) {
      for (auto& label : named)
        label.second = "other";
      return add_(named);
    }
    auto& metric = add_(named);
    by_key_.emplace(key, &metric);
    return metric;
  }

  /// Calls `visit` with the key and the metric of each.
  template <class F>
  void each(F visit) {
    const std::shared_lock lock{mutex_};
    for (const auto& [key, metric] : by_key_)
      visit(key, *metric);
  }

  /// The metric whose one label has this value.
  Metric& with(std::string_view value) {
    return get(value, [&] { return prometheus::Labels{{label_, std::string{value}}}; });
  }

private:
  add_function add_;
  const char* label_;
  std::shared_mutex mutex_;
  std::map<std::string, Metric*, std::less<>> by_key_;
};

} // namespace bankslip::telemetry
