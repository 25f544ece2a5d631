// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "index/package_index.hpp"
#include "index/record_text.hpp"
#include "index/search.hpp"

/// Whatever a file says, it is an index that can be searched and shown, or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre;
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const std::string& text : {body, "nacre packages 1\n\n" + body + "\n\nend 1\n"}) {
    try {
      const PackageIndex index = PackageIndex::parse(text);
      std::vector<SearchPattern> patterns;
      patterns.emplace_back("a.?b|c");
      search_packages(index, patterns);
      for (const IndexedPackage& package : index.packages())
        package_record(package, {size % 100, 1, true, &patterns});
    } catch (const Error&) {
      continue;
    }
  }
  return 0;
}
