// A felt that is read and written is the same felt; what is refused is no felt.
#include "core/felt.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

using namespace vesu;

void require(bool condition)
{
    if (!condition)
        std::abort();
}

// Another way to the same answer: "0x", then 1 to 64 of these, worth less than the prime.
bool is_felt_text(const char *text, std::size_t length, u256 &value)
{
    constexpr char digits[] = "0123456789abcdefABCDEF";
    if (length < 3 || length > 66 || std::memcmp(text, "0x", 2) != 0)
        return false;
    value = 0;
    for (std::size_t i = 2; i < length; ++i) {
        const auto *const digit = static_cast<const char *>(std::memchr(digits, text[i], 22));
        if (digit == nullptr)
            return false;
        const auto index = static_cast<unsigned>(digit - digits);
        value = value * 16 + (index < 16 ? index : index - 6);
    }
    return value <= (u256(1) << 251) + (u256(17) << 192);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const char *const text = reinterpret_cast<const char *>(data);
    u256 expected;
    FeltBytes bytes, again;
    const bool accepted = parse_felt(text, size, bytes);
    require(accepted == is_felt_text(text, size, expected));
    if (!accepted)
        return 0;

    require(is_felt(bytes) && felt_to_integer(bytes) == expected);
    require(felt_from_integer(expected, again) && again == bytes);
    char written[felt_text_size];
    format_felt(bytes, written);
    require(parse_felt(written, felt_text_size, again) && again == bytes);
    return 0;
}
