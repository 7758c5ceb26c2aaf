// Plans whose memory runs out at any allocation leave nothing behind.
#include <errno.h>

#include <cstdlib>
#include <new>
#include <optional>

#include "engine/plan.h"
#include "engine/test_plan.h"
#include "netns/excursion.h"

namespace {

/// The allocation of this thread that fails, counted down; none when negative.
thread_local int allocationsLeft = -1;

void* allocate(std::size_t size) {
  if (allocationsLeft >= 0 && allocationsLeft-- == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// Those of the whole test program. Never inlined: GCC would take malloc's memory in `delete` for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) { return allocate(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace netplumb::testing {

namespace {

/// Carries out a plan whose n-th allocation fails; nothing when there were fewer.
std::optional<PlanOutcome> carryOutShortOfMemory(PlanHost& host, Plan plan, int n) {
  allocationsLeft = n;
  PlanOutcome outcome;
  try {
    outcome = carryOut(host.worker, plan);
  } catch (const std::bad_alloc&) {
    // Before anything was done: the engine's task fails.
    outcome.error = Error{ENOMEM, "engine"};
  }
  const bool failed = allocationsLeft < 0;
  allocationsLeft = -1;
  return failed ? std::optional(std::move(outcome)) : std::nullopt;
}

}  // namespace

TEST_CASE("a plan whose memory runs out anywhere leaves nothing, and says so") {
  PlanHost host;
  must(insideNew(must(Namespace::current()), [] { return pinCurrent(PlanHost::at("first")); }));
  const Traces before = host.traces();
  int failures = 0;
  while (const auto outcome = carryOutShortOfMemory(host, host.endpoint(NetnsNew{}, PlanHost::at("web")), failures)) {
    CAPTURE(failures);
    REQUIRE(outcome->error.has_value());
    CHECK(outcome->error->number == ENOMEM);
    CHECK(outcome->error->operation == "engine");
    CHECK(outcome->leftovers.empty());
    REQUIRE(host.traces() == before);
    ++failures;
  }
  CHECK(failures > 20);
  CHECK(host.traces().links.contains(PlanHost::kHostEnd));
}

}  // namespace netplumb::testing
