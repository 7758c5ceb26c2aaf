#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "netlink/result.h"
#include "netlink/unique_fd.h"

namespace netplumb {

/// Standard streams of a program that talks to us alone: it reads a text, and what it writes is kept.
///
/// The text is a file in memory: it needs nobody to feed it, and a program may open it again as /dev/stdin.
class CapturedStreams {
 public:
  /// Errors: `memfd_create`, `write`, `pipe2`.
  static Result<CapturedStreams> open(std::string_view input);

  /// What becomes the program's descriptors 0, 1 and 2. Must not be any of these itself: they have to be open in this
  /// process, as node sees to.
  std::array<int, 3> programEnds() const { return {input_.get(), output_.program.get(), errors_.program.get()}; }
  /// Once the program has them.
  void closeProgramEnds();

  /// Reads until the program has closed both streams or has ended (`process`: its pidfd); what it then leaves behind
  /// may keep them open without being waited for.
  void read(int process);

  /// Of each stream its first `kLongestText` bytes; the rest is read and thrown away.
  std::string takeOutput() { return std::move(output_.text); }
  std::string takeErrors() { return std::move(errors_.text); }

  static constexpr size_t kLongestText = 1024 * 1024;

 private:
  struct Stream {
    /// Takes what is there. False: nothing more will come.
    bool read();

    UniqueFd program;
    UniqueFd ours;
    std::string text;
  };

  static Result<Stream> openStream();

  UniqueFd input_;
  Stream output_;
  Stream errors_;
};

}  // namespace netplumb
