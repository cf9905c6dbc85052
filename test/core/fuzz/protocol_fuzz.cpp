// The protocol's formulas with any arguments: they answer or revert, rounded up is at most one more than rounded
// down, and both versions agree where both answer.
#include "core/protocol/interest_rate.hpp"
#include "core/protocol/power.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace vesu;
using namespace vesu::protocol;

class Input {
public:
    Input(const std::uint8_t *data, std::size_t size) : next(data), end(data + size) {}
    unsigned byte()
    {
        return next == end ? 0 : *next++;
    }
    // Of 0 to 32 bytes, so that small numbers are as common as wide ones.
    Integer integer()
    {
        u256 value = 0;
        for (unsigned length = byte() % 33; length > 0; --length)
            value = value << 8 | byte();
        return Integer(value);
    }
    AssetConfig asset()
    {
        return {integer(), integer(), integer(), integer(), integer(), integer()};
    }

private:
    const std::uint8_t *next;
    const std::uint8_t *end;
};

void check(bool condition)
{
    if (!condition)
        std::abort();
}

// Whether there is an answer. Any other exception than a Revert with a text ends the fuzzer.
template <class Calculation>
bool answers(const Calculation &calculate, Integer &result)
{
    try {
        result = calculate();
        return true;
    } catch (const Revert &revert) {
        check(revert.text != nullptr && *revert.text != '\0');
        return false;
    }
}

// A formula of a rounding and a version. V1 has the narrower limits, so V2 answers wherever it does, but where
// `wider_in_v1` says so.
template <class Formula>
void check_rounding(const Formula &formula, bool wider_in_v1)
{
    Integer down[2], up[2];
    bool has_down[2], has_up[2];
    for (const int v : {0, 1}) {
        const Protocol protocol = v == 0 ? Protocol::v1 : Protocol::v2;
        has_down[v] = answers([&] { return formula(Rounding::down, protocol); }, down[v]);
        has_up[v] = answers([&] { return formula(Rounding::up, protocol); }, up[v]);
        check(has_down[v] || !has_up[v]);
        if (has_up[v])
            check(down[v] <= up[v] && up[v] - down[v] <= 1);
    }
    check(wider_in_v1 || has_down[1] || !has_down[0]);
    check(!has_down[0] || !has_down[1] || down[0] == down[1]);
    check(!has_up[0] || !has_up[1] || up[0] == up[1]);
}

void check_debt(Input &input)
{
    const Integer amount = input.integer(), accumulator = input.integer(), scale = input.integer();
    check_rounding(
        [&](Rounding rounding, Protocol protocol) {
            return calculate_nominal_debt(amount, accumulator, scale, rounding, protocol);
        },
        true);  // V2 multiplies accumulator and scale
    check_rounding(
        [&](Rounding rounding, Protocol protocol) {
            return calculate_debt(amount, accumulator, scale, rounding, protocol);
        },
        false);
}

void check_power(Input &input)
{
    const Integer x = input.integer(), n = input.integer();
    Integer power, next;
    if (!answers([&] { return pow_scale(x, n, false); }, power))
        return;
    // Above 1 a power does not fall when its base grows.
    if (x >= unit && answers([&] { return pow_scale(x + 1, n, false); }, next))
        check(power >= unit && next >= power);
    if (x <= unit)
        check(power <= unit);
    answers([&] { return pow_scale(x, n, true); }, power);
}

void check_fee_shares(Input &input)
{
    const AssetConfig asset = input.asset();
    const Integer accumulator = input.integer();
    for (const Protocol protocol : {Protocol::v1, Protocol::v2}) {
        Integer shares;
        if (answers([&] { return calculate_fee_shares(asset, accumulator, protocol); }, shares) &&
            (accumulator <= asset.last_rate_accumulator || asset.fee_rate == 0))
            check(shares == 0);
    }
}

void check_interest_rate(Input &input)
{
    const InterestRateConfig config{input.integer(), input.integer(), input.integer(),
                                    input.integer(), input.integer(), input.integer(),
                                    input.integer(), input.integer()};
    const Integer utilization = input.integer(), seconds = input.integer(), last = input.integer();
    for (const Protocol protocol : {Protocol::v1, Protocol::v2}) {
        InterestRate rate;
        Integer full;
        if (!answers(
                [&] {
                    rate = calculate_interest_rate(config, utilization, seconds, last, protocol);
                    return rate.next_full_utilization_rate;
                },
                full))
            continue;
        check(rate.interest_rate >= config.zero_utilization_rate);
        if (config.min_full_utilization_rate <= config.max_full_utilization_rate)
            check(config.min_full_utilization_rate <= full &&
                  full <= config.max_full_utilization_rate);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Input input(data, size);
    switch (input.byte() % 4) {
    case 0:
        check_debt(input);
        break;
    case 1:
        check_power(input);
        break;
    case 2:
        check_fee_shares(input);
        break;
    default:
        check_interest_rate(input);
    }
    return 0;
}
