// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <curl/curl.h>

#include "base/lazy_function.hpp"

/// The functions of libcurl that are used here: it is loaded when the first of them is called.
namespace nacre {

#define NACRE_LAZY(name) inline constexpr LazyFunction<NACRE_LIBCURL, #name, decltype(::name)> name
NACRE_LAZY(curl_easy_cleanup);
NACRE_LAZY(curl_easy_getinfo);
NACRE_LAZY(curl_easy_init);
NACRE_LAZY(curl_easy_nextheader);
NACRE_LAZY(curl_easy_pause);
NACRE_LAZY(curl_easy_perform);
NACRE_LAZY(curl_easy_setopt);
NACRE_LAZY(curl_easy_strerror);
NACRE_LAZY(curl_free);
NACRE_LAZY(curl_global_init);
NACRE_LAZY(curl_multi_add_handle);
NACRE_LAZY(curl_multi_cleanup);
NACRE_LAZY(curl_multi_info_read);
NACRE_LAZY(curl_multi_init);
NACRE_LAZY(curl_multi_perform);
NACRE_LAZY(curl_multi_poll);
NACRE_LAZY(curl_multi_remove_handle);
NACRE_LAZY(curl_multi_setopt);
NACRE_LAZY(curl_multi_strerror);
NACRE_LAZY(curl_slist_append);
NACRE_LAZY(curl_slist_free_all);
NACRE_LAZY(curl_url);
NACRE_LAZY(curl_url_cleanup);
NACRE_LAZY(curl_url_dup);
NACRE_LAZY(curl_url_get);
NACRE_LAZY(curl_url_set);
#undef NACRE_LAZY

}  // namespace nacre
