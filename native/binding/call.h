#pragma once

#include <napi.h>

#include <optional>

#include "binding/convert.h"
#include "engine/engine.h"

namespace netplumb {

/// A task that answers a JavaScript call: arguments are taken in on the JavaScript thread, `run` happens on the
/// engine's with nothing of JavaScript in reach, `deliver` settles the promise on the JavaScript thread again.
class Call : public Task {
 public:
  explicit Call(Napi::Env env) : deferred_(Napi::Promise::Deferred::New(env)) {}

  Napi::Value promise() const { return deferred_.Promise(); }

  void abandon(const Error& why) override { failure_ = why; }

  void deliver(Napi::Env env) {
    if (failure_) {
      deferred_.Reject(errorFrom(env, *failure_).Value());
      return;
    }
    try {
      deferred_.Resolve(result(env));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
  }

 protected:
  virtual Napi::Value result(Napi::Env env) = 0;
  void fail(Error error) { failure_ = std::move(error); }

 private:
  Napi::Promise::Deferred deferred_;
  std::optional<Error> failure_;
};

}  // namespace netplumb
