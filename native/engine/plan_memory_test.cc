// Plans whose memory runs out at any allocation leave nothing behind.
#include <errno.h>

#include <cstdlib>
#include <new>

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

/// Carries out the plan that `make` makes with one allocation after another failing, until none does; returns how many
/// did.
template <typename Make, typename Check>
int sweep(PlanHost& host, Make make, Check check) {
  for (int failing = 0;; ++failing) {
    CAPTURE(failing);
    REQUIRE(failing < 10'000);
    Plan plan = make();
    allocationsLeft = failing;
    std::optional<PlanOutcome> outcome;
    try {
      outcome = carryOut(host.worker, plan);
    } catch (const std::bad_alloc&) {
      // Not even the outcome could be told.
    }
    const bool failed = allocationsLeft < 0;
    allocationsLeft = -1;
    check(outcome, failed);
    if (!failed) return failing;
  }
}

}  // namespace

TEST_CASE("a plan whose memory runs out anywhere leaves nothing") {
  PlanHost host;
  must(insideNew(must(Namespace::current()), [] { return pinCurrent(PlanHost::at("first")); }));
  const Traces before = host.traces();
  const int failures = sweep(
      host, [&] { return host.endpoint(NetnsNew{}, PlanHost::at("web")); },
      [&](const std::optional<PlanOutcome>& outcome, bool failed) {
        if (failed) {
          if (outcome) REQUIRE(outcome->error.has_value());
          if (outcome) CHECK(outcome->error->number == ENOMEM);
          REQUIRE(host.traces() == before);
        } else {
          REQUIRE(outcome.has_value());
          CHECK_FALSE(outcome->error.has_value());
          CHECK(host.traces().links.contains(PlanHost::kHostEnd));
        }
      });
  CHECK(failures > 20);
}

}  // namespace netplumb::testing
