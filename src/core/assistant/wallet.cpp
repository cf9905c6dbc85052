#include "core/assistant/wallet.hpp"

#include <cstring>

namespace vesu::assistant {

namespace {

constexpr std::size_t ethereum_text_size = 2 + 40;

// Of ASCII alone: no locale turns another letter into a digit.
char lower_case(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::size_t canonical_wallet(const char *text, std::size_t length, char (&result)[felt_text_size])
{
    if (length > felt_text_size)
        return 0;
    char lower[felt_text_size] = {};
    for (std::size_t i = 0; i < length; ++i)
        lower[i] = lower_case(text[i]);

    FeltBytes felt;
    if (!parse_felt(lower, length, felt))
        return 0;
    // 40 digits are the 20 bytes of an Ethereum address, which is no number: its zeros count.
    if (length == ethereum_text_size) {
        std::memcpy(result, lower, ethereum_text_size);
        return ethereum_text_size;
    }
    format_felt(felt, result);
    return felt_text_size;
}

}  // namespace vesu::assistant
