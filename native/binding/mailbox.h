#pragma once

#include <napi.h>

#include <deque>
#include <functional>
#include <mutex>

namespace netplumb {

/// What crosses from the engine's thread to JavaScript's: run there in order, all that waits in one turn of the event
/// loop.
class Mailbox {
 public:
  using Delivery = std::function<void(Napi::Env)>;

  /// The mailbox lives until it has been closed and its last delivery was run.
  static Mailbox* open(Napi::Env env);

  /// From any thread, until `close`.
  void post(Delivery delivery);

  /// Keep the program alive while something is awaited, and let it end again. JavaScript's thread.
  void hold(Napi::Env env);
  void letGo(Napi::Env env);

  /// No `post` may follow. JavaScript's thread.
  void close();

 private:
  static void wake(Napi::Env env, Napi::Function, Mailbox* mailbox, void*);
  using Function = Napi::TypedThreadSafeFunction<Mailbox, void, wake>;

  void deliverAll(Napi::Env env);

  std::mutex mutex_;
  std::deque<Delivery> waiting_;
  int holds_ = 0;
  Function function_;
};

}  // namespace netplumb
