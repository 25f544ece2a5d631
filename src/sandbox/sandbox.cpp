// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandbox.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "sandbox/mounting.hpp"
#include "sandbox/seccomp.hpp"

namespace nacre {
namespace {

constexpr const char* devices[] = {"null", "zero", "full", "random", "urandom", "tty"};
/// What a builder with network access sees of the host's configuration.
constexpr const char* network_files[] = {"resolv.conf", "nsswitch.conf", "services", "hosts"};

/// Appends the steps that put the builder's root together.
class RootPlanner {
 public:
  RootPlanner(SpawnPlan& plan, const StoreLayout& layout, const Workspace& workspace)
      : plan_(plan), layout_(layout), workspace_(workspace), root_(workspace.root()) {}

  void add_root() {
    // Nothing that is mounted from here on shows outside.
    mount("none", "/", "", MS_REC | MS_PRIVATE);
    mount("nacre", root_, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=4m");
    for (const char* name :
         {"/gnu", "/gnu/store", "/dev", "/dev/shm", "/dev/pts", "/etc", "/proc", "/tmp"}) {
      directory(root_ + name);
    }
  }

  void add_store() {
    bind(workspace_.store(), root_ + "/gnu/store");
    // What is bound from a read-only mount is read-only: so each input takes one mount.
    std::string all = workspace_.all_items();
    bind(layout_.store, all);
    mount("none", all, "", MS_REMOUNT | MS_BIND | MS_RDONLY | mount_flags(layout_.store));
    for (const auto& name : workspace_.mount_points())
      bind(fmt::format("{}/{}", all, name), fmt::format("{}/gnu/store/{}", root_, name));
  }

  void add_devices() {
    for (const char* name : devices) {
      std::string device = fmt::format("/dev/{}", name);
      if (!path_exists(device)) continue;
      file(root_ + device, "");
      bind(device, root_ + device);
    }
    mount("devpts", root_ + "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
          "newinstance,ptmxmode=0666,mode=0620");
    mount("tmpfs", root_ + "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
    symlink("pts/ptmx", root_ + "/dev/ptmx");
    symlink("/proc/self/fd", root_ + "/dev/fd");
    symlink("/proc/self/fd/0", root_ + "/dev/stdin");
    symlink("/proc/self/fd/1", root_ + "/dev/stdout");
    symlink("/proc/self/fd/2", root_ + "/dev/stderr");
  }

  void add_configuration(bool network) {
    file(root_ + "/etc/passwd", fmt::format("nixbld:x:{}:{}:Nix build user:/:/noshell\n"
                                            "nobody:x:65534:65534:Nobody:/:/noshell\n",
                                            build_user.uid, build_user.gid));
    file(root_ + "/etc/group", fmt::format("nixbld:!:{}:\nnogroup:x:65534:\n", build_user.gid));
    if (!network) {
      file(root_ + "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
      return;
    }
    for (const char* name : network_files) {
      std::string path = fmt::format("/etc/{}", name);
      if (access(path.c_str(), R_OK) == 0) file(root_ + path, read_file(path));
    }
  }

  void finish() {
    bind(workspace_.tmp(), root_ + "/tmp");
    mount("proc", root_ + "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
    mount("none", root_, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV);
  }

 private:
  using Kind = SetupStep::Kind;

  void mount(std::string source, std::string target, std::string type, unsigned long flags,
             std::string data = {}) {
    plan_.steps.push_back({Kind::mount, std::move(source), std::move(target), std::move(type),
                           flags, std::move(data)});
  }
  void bind(std::string source, std::string target) {
    mount(std::move(source), std::move(target), "", MS_BIND);
  }
  void directory(std::string path) {
    plan_.steps.push_back({Kind::make_directory, {}, std::move(path), {}, 0, {}});
  }
  void file(std::string path, std::string text) {
    plan_.steps.push_back({Kind::make_file, {}, std::move(path), {}, 0, std::move(text)});
  }
  void symlink(std::string target, std::string path) {
    plan_.steps.push_back({Kind::make_symlink, std::move(target), std::move(path), {}, 0, {}});
  }

  SpawnPlan& plan_;
  const StoreLayout& layout_;
  const Workspace& workspace_;
  std::string root_;
};

}  // namespace

void plan_sandbox(SpawnPlan& plan, const StoreLayout& layout, const Workspace& workspace,
                  bool network) {
  plan.namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
  if (!network) plan.namespaces |= CLONE_NEWNET;
  plan.has_own_network = !network;
  if (workspace.user()) {
    plan.user_namespace = workspace.user()->user_namespace();
    plan.final_identity = build_user;
  } else {
    plan.namespaces |= CLONE_NEWUSER;
    plan.mapped_identity = build_user;
  }

  RootPlanner planner(plan, layout, workspace);
  planner.add_root();
  planner.add_store();
  planner.add_devices();
  planner.add_configuration(network);
  planner.finish();

  plan.root = workspace.root();
  plan.directory = workspace.inner_build_directory();
  plan.host_name = "localhost";
  plan.filter = &builder_filter(network);
  plan.keeps_to_itself = network;
}

}  // namespace nacre
