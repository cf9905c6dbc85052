// One test for each rounding, border and constant of the rate model, and for accrual.
#include "core/protocol/interest_rate.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

namespace vesu::protocol {

namespace {

// Targets 20 %, 50 %, 80 %; the rate at full utilization within 100 and 10^12, at none 7; half-life 100 s; at the
// target 30 % of the way.
const InterestRateConfig model{20000, 80000, 50000,          100, 1'000'000'000'000,
                               7,     100,   3 * (unit / 10)};

constexpr std::uint64_t step = 10'000'000'000'000;  // 10^-5, the model's unit of utilization

// The rate and the next one at full utilization.
std::string rates(const InterestRateConfig &config, const Integer &utilization,
                  const Integer &seconds, const Integer &full_rate, Protocol protocol)
{
    return outcome([&] {
        return calculate_interest_rate(config, utilization * step, seconds, full_rate, protocol);
    });
}

std::string rates(std::uint64_t utilization, std::uint64_t seconds, std::uint64_t full_rate)
{
    return rates(model, utilization, seconds, full_rate, v2);
}

// 1001 ÷ 2 = 500.5; without utilization the rate is the lowest one.
TEST(FullUtilizationRate, halves_in_a_half_life_without_utilization_and_rounds_down)
{
    EXPECT_EQ(rates(0, 100, 1001), "7 500");
    EXPECT_EQ(rates(0, 300, 1000), "7 250");
}

TEST(FullUtilizationRate, doubles_in_a_half_life_at_full_utilization)
{
    EXPECT_EQ(rates(100'000, 100, 1001), "2002 2002");
    EXPECT_EQ(rates(100'000, 300, 1000), "4000 4000");
}

// Half-way down: 1001 · 100 ÷ (100 + 33 ÷ 2) = 859.2; half-way up: 1001 · 116.5 ÷ 100 = 1166.2.
TEST(FullUtilizationRate, moves_by_the_distance_and_rounds_down)
{
    EXPECT_EQ(rates(10'000, 33, 1001), "58 859");
    EXPECT_EQ(rates(90'000, 33, 1001), "1003 1166");
}

TEST(FullUtilizationRate, stays_between_the_targets_and_at_both)
{
    for (const std::uint64_t utilization : {20'000, 50'000, 80'000})
        EXPECT_NE(rates(utilization, 100'000, 1'000'000).find(" 1000000"), std::string::npos);
    EXPECT_EQ(rates(19'999, 1, 1'000'001), "119999 1000000");
    EXPECT_EQ(rates(80'001, 50, 1'000'000), "720033 1000025");
}

// A third of the way, floored to 18 decimals: 10^24 ÷ 1.333333333333333333 and its mirror image.
TEST(FullUtilizationRate, rounds_the_distance_down)
{
    const InterestRateConfig wide{30'000, 70'000, 50'000, 1, integer("1" + std::string(40, '0')),
                                  0,      7,      unit};
    const Integer full_rate = integer("1" + std::string(24, '0'));
    EXPECT_NE(rates(wide, 20'000, 7, full_rate, v2).find(" 750000000000000000187500"),
              std::string::npos)
        << rates(wide, 20'000, 7, full_rate, v2);
    EXPECT_NE(rates(wide, 80'000, 7, full_rate, v2).find(" 1333333333333333333000000"),
              std::string::npos)
        << rates(wide, 80'000, 7, full_rate, v2);
}

TEST(FullUtilizationRate, is_limited_on_both_sides)
{
    EXPECT_EQ(rates(0, 1'000'000'000, 1001), "7 100");
    EXPECT_EQ(rates(50'000, 0, 99), "34 100");
    EXPECT_EQ(rates(50'000, 0, 100), "34 100");
    EXPECT_EQ(rates(50'000, 0, 1'000'000'000'000), "300000000004 1000000000000");
    EXPECT_EQ(rates(50'000, 0, 1'000'000'000'001), "300000000004 1000000000000");
}

// With the limits the wrong way round the upper one is asked for first.
TEST(FullUtilizationRate, is_limited_above_before_below)
{
    InterestRateConfig crossed = model;
    crossed.min_full_utilization_rate = 500;
    crossed.max_full_utilization_rate = 300;
    EXPECT_EQ(rates(crossed, 50'000, 0, 400, v2), "94 300");
    EXPECT_EQ(rates(crossed, 50'000, 0, 200, v2), "154 500");
}

TEST(FullUtilizationRate, reverts_where_the_model_divides_by_nothing)
{
    InterestRateConfig config = model;
    config.rate_half_life = 0;
    EXPECT_EQ(rates(config, 0, 0, 1000, v2), "Division by 0");
    EXPECT_EQ(rates(config, 0, 1, 1000, v2), "7 100");
    EXPECT_EQ(rates(config, 100'000, 1, 1000, v2), "Division by 0");
    config = model;
    config.max_target_utilization = 100'000;
    EXPECT_EQ(rates(config, 100'001, 1, 1000, v2), "Division by 0");
    EXPECT_EQ(rates(config, 100'000, 1, 1000, v2), "1000 1000");
    config.max_target_utilization = 100'001;
    EXPECT_EQ(rates(config, 100'002, 1, 1000, v2), "u256_sub Overflow");
}

// The dividend is computed before the divisor, and reverts first.
TEST(FullUtilizationRate, reverts_from_left_to_right)
{
    InterestRateConfig config = model;
    config.rate_half_life = integer("115792089237316195423570985008687907853269984665640564039457");
    EXPECT_EQ(rates(config, 0, two_to_the(196), 1, v2), "u256_add Overflow");
    EXPECT_EQ(rates(config, 0, two_to_the(196), 2, v2), "u256_mul Overflow");

    config = model;
    config.max_target_utilization = 100'001;
    EXPECT_EQ(
        outcome([&] { return calculate_interest_rate(config, two_to_the(255), 1, 1000, v2); }),
        "u256_mul Overflow");

    config.target_utilization = 100'001;
    config.max_target_utilization = two_to_the(250);
    config.max_full_utilization_rate = two_to_the(195);
    EXPECT_EQ(rates(config, two_to_the(70), 0, two_to_the(190), v2), "u256_mul Overflow");
}

TEST(InterestRate, reads_the_utilization_in_steps_and_rounds_it_down)
{
    const auto at = [](const Integer &utilization) {
        return outcome([&] { return calculate_interest_rate(model, utilization, 50, 1001, v2); });
    };
    EXPECT_EQ(at(Integer(20'000) * step), "126 1001");
    EXPECT_EQ(at(Integer(20'000) * step + (step - 1)), "126 1001");
    EXPECT_EQ(at(Integer(80'000) * step + (step - 1)), "722 1001");
    EXPECT_EQ(at(Integer(80'001) * step), rates(80'001, 50, 1001));
}

// Target rate: 994 · 0.3 = 298.2 → 298, and 7 → 305. Below: 298 · 20 ÷ 50 = 119.2; above: 696 · 10 ÷ 50 = 139.2.
TEST(InterestRate, rounds_each_line_down)
{
    EXPECT_EQ(rates(20'000, 0, 1001), "126 1001");
    EXPECT_EQ(rates(49'999, 0, 1001), "304 1001");
    EXPECT_EQ(rates(50'000, 0, 1001), "305 1001");
    EXPECT_EQ(rates(60'000, 0, 1001), "444 1001");
    EXPECT_EQ(rates(80'000, 0, 1001), "722 1001");
}

// At the target only the upper line has a value when the target is 0, only the lower one when it is 100 %.
TEST(InterestRate, is_on_the_upper_line_at_the_target)
{
    InterestRateConfig config = model;
    config.target_utilization = 0;
    config.min_target_utilization = 0;
    EXPECT_EQ(rates(config, 0, 0, 1001, v2), "305 1001");
    config.target_utilization = 100'000;
    EXPECT_EQ(rates(config, 99'999, 0, 1001, v2).find("Division"), std::string::npos);
    config.max_target_utilization = 100'000;
    EXPECT_EQ(rates(config, 100'000, 0, 1001, v2), "Division by 0");
    EXPECT_EQ(rates(config, 100'000, 0, 1001, v1), "305 1001");
}

TEST(InterestRate, of_v1_hardly_rises_above_the_target)
{
    EXPECT_EQ(rates(model, 40'000, 0, 1001, v1), rates(40'000, 0, 1001));
    EXPECT_EQ(rates(model, 80'000, 0, 1001, v1), "305 1001");
    EXPECT_EQ(rates(model, 100'000, 100, 1001, v1), "605 2002");

    // 30000 · 7·10^27 ÷ (10^18 − 50000) = 210000000000010.5 more than the target rate.
    InterestRateConfig config = model;
    config.max_full_utilization_rate = two_to_the(100);
    config.zero_utilization_rate = 0;
    EXPECT_EQ(rates(config, 80'000, 0, integer("1" + std::string(28, '0')), v1),
              "3000000000000210000000000010 10000000000000000000000000000");
}

TEST(InterestRate, reverts_below_the_lowest_rate)
{
    InterestRateConfig config = model;
    config.zero_utilization_rate = 2000;
    EXPECT_EQ(rates(config, 50'000, 0, 1001, v2), "u256_sub Overflow");
}

// 100.5 units of debt beside 400 in reserve: with the debt rounded down 20 % are lent.
const AssetConfig books{400, 2 * unit + unit / 100, 1000, unit, 50, unit / 2};

TEST(Accrual, takes_the_rate_of_the_old_books)
{
    for (const Protocol protocol : {v1, v2}) {
        const Accrual accrual = accrue_asset(books, model, 1001, 1000, 1050, protocol);
        EXPECT_EQ(shown(accrual.interest_rate), "126");
        EXPECT_EQ(shown(accrual.full_utilization_rate), "1001");
        EXPECT_EQ(shown(accrual.asset.last_rate_accumulator), "1000000000000006300");
        EXPECT_EQ(shown(accrual.asset.reserve), "400");
        EXPECT_EQ(shown(accrual.asset.total_nominal_debt), shown(books.total_nominal_debt));
    }
}

// With a rate of 100 % the debt doubles: interest 101, fee 50, assets 501; 50 · 1000 ÷ (501 + 101 − 50).
TEST(Accrual, counts_fee_shares_into_the_total_of_v2_alone)
{
    InterestRateConfig steep = model;
    steep.min_full_utilization_rate = steep.max_full_utilization_rate = unit;
    steep.zero_utilization_rate = unit;
    const Accrual of_v2 = accrue_asset(books, steep, unit, 1000, 1001, v2);
    EXPECT_EQ(shown(of_v2.interest_rate), "1000000000000000000");
    EXPECT_EQ(shown(of_v2.fee_shares), "90");
    EXPECT_EQ(shown(of_v2.asset.total_collateral_shares), "1090");

    // 100 · 1000 ÷ 501 = 199.6, of which a half is 99.5.
    const Accrual of_v1 = accrue_asset(books, steep, unit, 1000, 1001, v1);
    EXPECT_EQ(shown(of_v1.fee_shares), "99");
    EXPECT_EQ(shown(of_v1.asset.total_collateral_shares), "1000");
}

TEST(Accrual, adapts_the_rate_by_the_time_that_passed)
{
    AssetConfig unused = books;
    unused.total_nominal_debt = 0;
    const Accrual accrual = accrue_asset(unused, model, 1001, 1000, 1100, v2);
    EXPECT_EQ(shown(accrual.interest_rate), "7");
    EXPECT_EQ(shown(accrual.full_utilization_rate), "500");
    EXPECT_EQ(shown(accrual.asset.last_rate_accumulator), "1000000000000000700");
}

// The rate is still of use to a reader; the stored one would be limited by the next write alone.
TEST(Accrual, changes_nothing_within_a_second)
{
    for (const Protocol protocol : {v1, v2}) {
        const Accrual accrual = accrue_asset(books, model, 50, 1000, 1000, protocol);
        EXPECT_EQ(shown(accrual.full_utilization_rate), "50");
        EXPECT_EQ(shown(accrual.interest_rate), "17");
        EXPECT_EQ(shown(accrual.fee_shares), "0");
        EXPECT_EQ(shown(accrual.asset.last_rate_accumulator), "1000000000000000000");
        EXPECT_EQ(shown(accrual.asset.total_collateral_shares), "1000");
    }
}

TEST(Accrual, reverts_before_the_last_update)
{
    EXPECT_EQ(complaint([] { accrue_asset(books, model, 1001, 1000, 999, v2); }),
              "u64_sub Overflow");
}

}  // namespace

}  // namespace vesu::protocol
