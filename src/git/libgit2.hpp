// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <git2.h>

#include "base/lazy_function.hpp"

/// The functions of libgit2 that are used here: it is loaded when the first of them is called.
namespace nacre {

#define NACRE_LAZY(name) inline constexpr LazyFunction<NACRE_LIBGIT2, #name, decltype(::name)> name
NACRE_LAZY(git_blob_free);
NACRE_LAZY(git_blob_lookup);
NACRE_LAZY(git_blob_rawcontent);
NACRE_LAZY(git_blob_rawsize);
NACRE_LAZY(git_buf_dispose);
NACRE_LAZY(git_checkout_tree);
NACRE_LAZY(git_error_last);
NACRE_LAZY(git_libgit2_init);
NACRE_LAZY(git_libgit2_opts);
NACRE_LAZY(git_libgit2_shutdown);
NACRE_LAZY(git_object_free);
NACRE_LAZY(git_object_id);
NACRE_LAZY(git_oid_fmt);
NACRE_LAZY(git_remote_connect);
NACRE_LAZY(git_remote_create);
NACRE_LAZY(git_remote_create_detached);
NACRE_LAZY(git_remote_default_branch);
NACRE_LAZY(git_remote_fetch);
NACRE_LAZY(git_remote_free);
NACRE_LAZY(git_remote_ls);
NACRE_LAZY(git_repository_free);
NACRE_LAZY(git_repository_init);
NACRE_LAZY(git_repository_open_ext);
NACRE_LAZY(git_repository_set_head_detached);
NACRE_LAZY(git_repository_set_workdir);
NACRE_LAZY(git_revparse_single);
NACRE_LAZY(git_submodule_foreach);
NACRE_LAZY(git_submodule_free);
NACRE_LAZY(git_submodule_head_id);
NACRE_LAZY(git_submodule_lookup);
NACRE_LAZY(git_submodule_path);
NACRE_LAZY(git_submodule_resolve_url);
NACRE_LAZY(git_submodule_url);
NACRE_LAZY(git_tree_entry_byindex);
NACRE_LAZY(git_tree_entry_byname);
NACRE_LAZY(git_tree_entry_filemode);
NACRE_LAZY(git_tree_entry_id);
NACRE_LAZY(git_tree_entry_name);
NACRE_LAZY(git_tree_entrycount);
NACRE_LAZY(git_tree_free);
NACRE_LAZY(git_tree_lookup);
#undef NACRE_LAZY

}  // namespace nacre
