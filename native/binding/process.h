#pragma once

#include <napi.h>

namespace netplumb {

/// `startCommand({ candidates, arguments, netns?, hostname?, mounts?, environment? })`: a promise of
/// `{ ended, signal(number) }` once the program runs, with the environment that this process has now, changed; `ended`
/// is a promise of `{ code, signal }`. Until then the program of ours is kept alive.
Napi::Value startCommand(const Napi::CallbackInfo& info);

/// `runTool({ candidates, arguments, netns?, input })`: a promise of `{ code, signal, output, errors }` once the
/// program has ended. It has an environment of its own, reads `input` and writes to us; see Command::input.
Napi::Value runTool(const Napi::CallbackInfo& info);

/// `watchSignals(numbers, listener)`: calls `listener(number, fromKernel)` for each signal instead of what else would
/// happen, until the function that it returns is called.
Napi::Value watchSignals(const Napi::CallbackInfo& info);

/// `lockFile(descriptor)`: whether the file is ours from now on; `unlockFile(descriptor)`. See process/file_lock.h.
Napi::Value lockFile(const Napi::CallbackInfo& info);
void unlockFile(const Napi::CallbackInfo& info);

/// `reserveFile(descriptor, start, end)`: whether the file has room for these bytes now. See process/file_room.h.
Napi::Value reserveFile(const Napi::CallbackInfo& info);

/// `inodeOf(path)`: a number, or undefined; `viewFile(descriptor, size)`: an ArrayBuffer that must not be written to.
/// See process/file_look.h.
Napi::Value inodeOf(const Napi::CallbackInfo& info);
Napi::Value viewFile(const Napi::CallbackInfo& info);

/// `enterNetns(netns)`: the calling thread stands in that network namespace from now on, for good. See native.ts.
void enterNetns(const Napi::CallbackInfo& info);

}  // namespace netplumb
