// Stands in for libFuzzer's main: every file below the given paths is an input, whole and cut at a few places.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& input) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(input.data());
    LLVMFuzzerTestOneInput(bytes, input.size());
    for (const std::size_t part : {1u, 2u, 3u, 5u, 7u}) LLVMFuzzerTestOneInput(bytes, input.size() * part / 8);
}

}  // namespace

int main(int argc, char** argv) {
    int files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            run({std::istreambuf_iterator<char>(file), {}});
            ++files;
        }
    }
    std::printf("%d inputs replayed\n", files);
    return files > 0 ? 0 : 1;
}
