#include "process/supervisor.h"

#include <errno.h>

#include <future>

#include "process/test_command.h"

namespace netplumb::testing {

namespace {

using namespace std::chrono_literals;

/// A supervisor and what it tells.
class Supervised {
 public:
  explicit Supervised(Command command)
      : started(started_.get_future()),
        ended(ended_.get_future()),
        supervisor(std::make_unique<Supervisor>(
            std::move(command),
            Supervisor::Listener{[this](Status status) { started_.set_value(std::move(status)); },
                                 [this](Result<ExitStatus> status) { ended_.set_value(std::move(status)); }})) {}

 private:
  std::promise<Status> started_;
  std::promise<Result<ExitStatus>> ended_;

 public:
  std::future<Status> started;
  std::future<Result<ExitStatus>> ended;
  std::unique_ptr<Supervisor> supervisor;
};

}  // namespace

TEST_CASE("a supervisor tells when the command runs and how it ended") {
  Supervised supervised(shell("exit 5"));
  must(supervised.started.get());
  CHECK(must(supervised.ended.get()).code == 5);
}

TEST_CASE("a supervisor tells why the command cannot run, and nothing more") {
  Command command = shell("");
  command.candidates = {"/nowhere"};
  Supervised supervised(command);
  CHECK(mustFail(supervised.started.get()).operation == "execve");
  supervised.supervisor.reset();
  CHECK(supervised.ended.wait_for(0s) == std::future_status::timeout);
}

TEST_CASE("a supervisor passes signals on while the command runs") {
  Supervised supervised(shell("trap 'exit 9' TERM; while :; do sleep 0.01; done"));
  must(supervised.started.get());
  // The shell needs a moment to set its trap; a signal before that would end it otherwise.
  std::this_thread::sleep_for(200ms);
  supervised.supervisor->signal(SIGTERM);
  CHECK(must(supervised.ended.get()).code == 9);
  supervised.supervisor->signal(SIGTERM);
}

TEST_CASE("the command does not outlive its supervisor") {
  Supervised supervised(shell("trap '' TERM; exec sleep 60"));
  must(supervised.started.get());
  supervised.supervisor.reset();
  CHECK(must(supervised.ended.get()).signal == SIGKILL);
}

TEST_CASE("a supervisor can be given up while it is starting") {
  for (int round = 0; round < 50; ++round) {
    Supervised supervised(shell("exec sleep 60"));
    supervised.supervisor.reset();
    if (supervised.started.get()) CHECK(must(supervised.ended.get()).signal == SIGKILL);
  }
}

TEST_CASE("many commands at once, each with its own end") {
  std::vector<std::unique_ptr<Supervised>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(std::make_unique<Supervised>(shell("exit " + std::to_string(i))));
  }
  for (int i = 0; i < 20; ++i) CHECK(must(all[static_cast<size_t>(i)]->ended.get()).code == i);
}

}  // namespace netplumb::testing
