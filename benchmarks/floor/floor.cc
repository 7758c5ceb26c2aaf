// The floor: endpoints made with nothing but the system calls. What the kernel itself needs is what this program takes.
// See README.md beside this file for the sequence, its variants and what they showed.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <numeric>
#include <utility>

#include "removal.h"
#include "sequence.h"

namespace netplumb::bench {
namespace {

constexpr const char* kUsage =
    "usage: floor [--count=N] [--variant=NAME[+NAME…]] [--removal=group|single|command|sandboxes] [--chunk=N]\n"
    "         one run in a throw-away host, one JSON document\n"
    "       floor --compare=NAME[+NAME…],… [--rounds=N] [--count=N] …\n"
    "         the variants in turn, several rounds, medians and ratios to the first\n"
    "       floor --list             the variants' names\n"
    "       floor --sandboxes=N      makes and pins /run/netns/s0… in the present mount namespace\n"
    "       floor --settle           waits until the kernel has finished destroying namespaces\n";

struct Options {
  int count = 1000;
  int rounds = 5;
  int chunk = 0;  // 0: all at once
  std::string variant = "best";
  std::string removal = "group";
  std::vector<std::string> compare;
};

/** What one run measured, in microseconds. */
struct Figures {
  double total, p50, p99, max, firstTenth, lastTenth, quiet, quietGrowth, detach;
  std::array<double, kSteps> steps;
};

/** The smallest value that at least `fraction` of the values do not exceed (nearest rank), as in the other benchmarks.
 */
double percentile(std::vector<double> values, double fraction) {
  std::sort(values.begin(), values.end());
  const double rank = std::ceil(fraction * values.size());
  return values[std::max(rank, 1.0) - 1];
}

double mean(std::vector<double>::const_iterator from, std::vector<double>::const_iterator to) {
  return std::accumulate(from, to, 0.0) / (to - from);
}

/**
 * What endpoints cost when nobody disturbs: for each tenth of the run the value that a fifth stay below. A busy machine
 * adds to the rest, and to totals, whatever the sequence.
 */
std::array<double, 10> quietTenths(const std::vector<double>& endpoints) {
  std::array<double, 10> quiet{};
  for (size_t tenth = 0; tenth < quiet.size(); tenth++) {
    const auto edge = [&](size_t number) { return endpoints.begin() + number * endpoints.size() / quiet.size(); };
    if (edge(tenth) != edge(tenth + 1)) quiet[tenth] = percentile({edge(tenth), edge(tenth + 1)}, 0.2);
  }
  return quiet;
}

Figures run(const Options& options, std::vector<double>* each = nullptr) {
  enterThrowAwayHost();
  makeSandboxes(options.count);
  settle();

  Figures figures{};
  std::vector<double> endpoints;
  std::array<std::vector<double>, kSteps> steps;
  {
    Attacher attacher(sequenceOf(options.variant), options.count);
    const double started = now();
    for (int index = 0; index < options.count; index++) {
      const StepTimes times = attacher.attach(index);
      endpoints.push_back(std::accumulate(times.begin(), times.end(), 0.0));
      for (int step = 0; step < kSteps; step++) steps[step].push_back(times[step]);
    }
    figures.total = now() - started;
  }
  figures.detach = removeEndpoints(options.removal, options.count, options.chunk > 0 ? options.chunk : options.count);

  const int tenth = std::max(1, options.count / 10);
  figures.p50 = percentile(endpoints, 0.5);
  figures.p99 = percentile(endpoints, 0.99);
  figures.max = percentile(endpoints, 1);
  figures.firstTenth = mean(endpoints.begin(), endpoints.begin() + tenth);
  figures.lastTenth = mean(endpoints.end() - tenth, endpoints.end());
  const auto quiet = quietTenths(endpoints);
  figures.quiet = std::accumulate(quiet.begin(), quiet.end(), 0.0) / quiet.size();
  figures.quietGrowth = quiet.back() / quiet.front();
  for (int step = 0; step < kSteps; step++) figures.steps[step] = percentile(steps[step], 0.5);

  if (each != nullptr) *each = std::move(endpoints);
  if (options.removal != "sandboxes") dropSandboxes(options.count);
  settle();
  return figures;
}

void print(const Options& options, const Figures& figures, const std::vector<double>& each) {
  std::printf(
      "{\"count\":%d,\"variant\":\"%s\",\"attach\":{\"total_ms\":%.3f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,"
      "\"first_tenth_us\":%.1f,\"last_tenth_us\":%.1f,\"steps_us\":{",
      options.count, options.variant.c_str(), figures.total / 1000, figures.p50, figures.p99, figures.max,
      figures.firstTenth, figures.lastTenth);
  for (int step = 0; step < kSteps; step++) {
    std::printf("%s\"%s\":%.1f", step > 0 ? "," : "", kStepNames[step], figures.steps[step]);
  }
  std::printf("},\"each_us\":[");
  for (size_t i = 0; i < each.size(); i++) std::printf("%s%.1f", i > 0 ? "," : "", each[i]);
  std::printf("]},\"detach\":{\"way\":\"%s\",\"total_ms\":%.3f}}\n", options.removal.c_str(), figures.detach / 1000);
}

/** One run in a process of its own, so that each has its own throw-away host. */
Figures runApart(const Options& options) {
  int ends[2];
  if (pipe(ends) < 0) fail("pipe");
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    const Figures figures = run(options);
    if (write(ends[1], &figures, sizeof figures) != sizeof figures) fail("write");
    std::exit(0);
  }
  close(ends[1]);
  Figures figures{};
  const bool complete = read(ends[0], &figures, sizeof figures) == sizeof figures;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!complete || status != 0) std::exit(1);
  return figures;
}

double medianOf(const std::vector<Figures>& runs, double Figures::* field) {
  std::vector<double> values;
  for (const Figures& figures : runs) values.push_back(figures.*field);
  return percentile(values, 0.5);
}

void compare(Options options) {
  std::map<std::string, std::vector<Figures>> runs;
  for (int round = 0; round < options.rounds; round++) {
    for (const std::string& variant : options.compare) {
      options.variant = variant;
      runs[variant].push_back(runApart(options));
    }
  }
  const auto& base = runs[options.compare.front()];
  std::printf("%-32s %9s %7s %9s %7s %11s %10s %7s\n", "variant", "total ms", "ratio", "quiet us", "ratio",
              "last/first", "detach ms", "ratio");
  for (const std::string& variant : options.compare) {
    const auto& own = runs[variant];
    const auto figure = [&](double Figures::* field) { return medianOf(own, field); };
    const auto ratio = [&](double Figures::* field) { return medianOf(own, field) / medianOf(base, field); };
    std::printf("%-32s %9.1f %7.2f %9.1f %7.2f %11.2f %10.1f %7.2f\n", variant.c_str(), figure(&Figures::total) / 1000,
                ratio(&Figures::total), figure(&Figures::quiet), ratio(&Figures::quiet), figure(&Figures::quietGrowth),
                figure(&Figures::detach) / 1000, ratio(&Figures::detach));
  }
}

int number(const char* text) {
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value < 1 || value > 100000) {
    std::fprintf(stderr, "not a number from 1 to 100000: %s\n", text);
    std::exit(2);
  }
  return static_cast<int>(value);
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t comma = std::min(text.find(',', start), text.size());
    parts.push_back(text.substr(start, comma - start));
    start = comma + 1;
  }
  return parts;
}

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i++) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : argument.substr(equals + 1);
    if (name == "--count") {
      options.count = number(value.c_str());
    } else if (name == "--rounds") {
      options.rounds = number(value.c_str());
    } else if (name == "--chunk") {
      options.chunk = number(value.c_str());
    } else if (name == "--variant") {
      options.variant = value;
    } else if (name == "--removal") {
      options.removal = value;
    } else if (name == "--compare") {
      options.compare = split(value);
    } else if (name == "--list") {
      for (const Variant& variant : variants()) std::printf("%s\n", variant.name);
      return 0;
    } else if (name == "--sandboxes") {
      makeSandboxes(number(value.c_str()));
      return 0;
    } else if (name == "--settle") {
      settle();
      return 0;
    } else {
      std::fputs(kUsage, stderr);
      return 2;
    }
  }
  if (!options.compare.empty() && options.count < 10) {
    std::fputs("--compare needs a --count of 10 or more: it looks at tenths\n", stderr);
    return 2;
  }
  if (!options.compare.empty()) {
    for (const std::string& variant : options.compare) sequenceOf(variant);
    compare(options);
  } else {
    std::vector<double> each;
    const Figures figures = run(options, &each);
    print(options, figures, each);
  }
  return 0;
}

}  // namespace
}  // namespace netplumb::bench

int main(int argc, char** argv) { return netplumb::bench::main(argc, argv); }
