// What holds for every pool and position, whatever the numbers. Each test counts what it looked at: a calculation
// that reverts proves nothing.
#include "core/protocol/interest_rate.hpp"
#include "core/protocol/liquidation.hpp"
#include "core/protocol/oracle.hpp"
#include "core/protocol/vtoken.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace vesu::protocol {

namespace {

using test::Random;

constexpr int runs = 3000;
constexpr Protocol protocols[] = {v1, v2};

Integer power_of_ten(int exponent)
{
    Integer power = 1;
    for (; exponent > 0; --exponent)
        power = power * 10;
    return power;
}

// The books of an asset as storage can hold them, of any size, with some of everything in them.
AssetConfig any_asset(Random &random)
{
    return {any(random, 100),
            any(random, 100),
            any(random, 100) + 1,
            between(random, "1000000000000000000", "17999999999999999999"),
            power_of_ten(random.between(1, 18)),
            Integer(static_cast<std::uint64_t>(random.between(0, 100))) * (unit / 100)};
}

// An asset that lends and has room: amounts of a few to many tokens at a share price near 1.
AssetConfig living_asset(Random &random)
{
    AssetConfig asset = any_asset(random);
    asset.reserve = any(random, 70) + 1000 * asset.scale;
    asset.total_nominal_debt = any(random, 90);
    asset.total_collateral_shares =
        (asset.reserve + calculate_debt(asset.total_nominal_debt, asset.last_rate_accumulator,
                                        asset.scale, down, v2)) *
        unit / asset.scale;
    return asset;
}

Books living_books(Random &random)
{
    Books books{{}, living_asset(random), living_asset(random)};
    books.position.collateral_shares =
        books.collateral_asset.total_collateral_shares * random.between(1, 40) / 100;
    books.position.nominal_debt =
        books.debt_asset.total_nominal_debt * random.between(1, 100) / 100;
    return books;
}

Integer debt_of(const Integer &nominal_debt, const AssetConfig &asset, Rounding rounding)
{
    return calculate_debt(nominal_debt, asset.last_rate_accumulator, asset.scale, rounding, v2);
}

Integer nominal_of(const Integer &debt, const AssetConfig &asset, Rounding rounding)
{
    return calculate_nominal_debt(debt, asset.last_rate_accumulator, asset.scale, rounding, v2);
}

TEST(ProtocolProperty, collateral_round_trips_never_gain)
{
    Random random(5401);
    int compared = 0;
    for (int i = 0; i < runs; ++i) {
        const AssetConfig asset = any_asset(random);
        const Integer amount = any(random, 100);
        for (const Protocol protocol : protocols) {
            if (asset.reserve == 0)
                continue;
            ++compared;
            const Integer minted = calculate_collateral_shares(amount, asset, down, protocol);
            ASSERT_LE(calculate_collateral(minted, asset, down, protocol).value(), amount.value());
            const Integer burned = calculate_collateral_shares(amount, asset, up, protocol);
            ASSERT_GE(calculate_collateral(burned, asset, up, protocol).value(), amount.value());
            ASSERT_LE(minted.value(), burned.value());
        }
    }
    EXPECT_EQ(compared, 5796);
}

TEST(ProtocolProperty, debt_round_trips_never_gain)
{
    Random random(5402);
    for (int i = 0; i < runs; ++i) {
        const AssetConfig asset = any_asset(random);
        const Integer debt = any(random, 128);
        ASSERT_GE(debt_of(nominal_of(debt, asset, up), asset, up).value(), debt.value());
        ASSERT_LE(debt_of(nominal_of(debt, asset, down), asset, down).value(), debt.value());
        const Integer nominal = any(random, 123);
        ASSERT_GE(nominal_of(debt_of(nominal, asset, up), asset, up).value(), nominal.value());
        ASSERT_LE(nominal_of(debt_of(nominal, asset, down), asset, down).value(), nominal.value());
    }
}

TEST(ProtocolProperty, rounding_up_is_at_most_one_more)
{
    Random random(5403);
    for (int i = 0; i < runs; ++i) {
        const AssetConfig asset = any_asset(random);
        const Integer debt = any(random, 128), nominal = any(random, 123);
        ASSERT_LE((nominal_of(debt, asset, up) - nominal_of(debt, asset, down)).value(), 1);
        ASSERT_LE((debt_of(nominal, asset, up) - debt_of(nominal, asset, down)).value(), 1);
    }
}

// V1's own limits are below those of V2, so what storage can hold is compared.
TEST(ProtocolProperty, both_versions_give_the_same_integers)
{
    Random random(5404);
    for (int i = 0; i < runs; ++i) {
        const AssetConfig asset = any_asset(random);
        const Integer amount = any(random, 90);
        const Integer &accumulator = asset.last_rate_accumulator;
        for (const Rounding rounding : {down, up}) {
            ASSERT_EQ(
                shown(calculate_nominal_debt(amount, accumulator, asset.scale, rounding, v1)),
                shown(calculate_nominal_debt(amount, accumulator, asset.scale, rounding, v2)));
            ASSERT_EQ(shown(calculate_debt(amount, accumulator, asset.scale, rounding, v1)),
                      shown(calculate_debt(amount, accumulator, asset.scale, rounding, v2)));
            ASSERT_EQ(shown(calculate_collateral(amount, asset, rounding, v1)),
                      shown(calculate_collateral(amount, asset, rounding, v2)));
            if (asset.reserve != 0) {
                ASSERT_EQ(shown(calculate_collateral_shares(amount, asset, rounding, v1)),
                          shown(calculate_collateral_shares(amount, asset, rounding, v2)));
            }
        }
        ASSERT_EQ(shown(calculate_utilization(asset.reserve, amount, v1)),
                  shown(calculate_utilization(asset.reserve, amount, v2)));
    }
}

TEST(ProtocolProperty, conversions_are_monotone)
{
    Random random(5405);
    for (int i = 0; i < runs; ++i) {
        AssetConfig asset = any_asset(random);
        asset.reserve = asset.reserve + 1;
        const Integer less = any(random, 100), more = less + any(random, 60);
        for (const Protocol protocol : protocols)
            for (const Rounding rounding : {down, up}) {
                const auto shares = [&](const Integer &amount) {
                    return calculate_collateral_shares(amount, asset, rounding, protocol).value();
                };
                const auto collateral = [&](const Integer &amount) {
                    return calculate_collateral(amount, asset, rounding, protocol).value();
                };
                ASSERT_LE(shares(less), shares(more));
                ASSERT_LE(collateral(less), collateral(more));
            }
        ASSERT_LE(debt_of(less, asset, up).value(), debt_of(more, asset, up).value());
        ASSERT_LE(nominal_of(less, asset, up).value(), nominal_of(more, asset, up).value());
        ASSERT_LE(calculate_utilization(asset.reserve, less, v2).value(),
                  calculate_utilization(asset.reserve, more, v2).value());
    }
}

InterestRateConfig any_model(Random &random)
{
    Integer rates[] = {any(random, 30), any(random, 36), any(random, 36)};
    std::sort(std::begin(rates), std::end(rates));
    int targets[] = {random.between(1, 99'999), random.between(1, 99'999),
                     random.between(1, 99'999)};
    std::sort(std::begin(targets), std::end(targets));
    const auto target = [&](int i) { return Integer(static_cast<std::uint64_t>(targets[i])); };
    return {target(0), target(2), target(1),           rates[1],
            rates[2],  rates[0],  any(random, 31) + 1, between(random, "1", "1000000000000000000")};
}

TEST(ProtocolProperty, interest_rates_stay_within_the_model_and_rise_with_utilization)
{
    Random random(5901);
    for (int i = 0; i < runs; ++i) {
        const InterestRateConfig model = any_model(random);
        const Integer utilization = between(random, "0", "1000000000000000000"),
                      higher = between(random, shown(utilization).c_str(), "1000000000000000000"),
                      seconds = any(random, 30), last = any(random, 36);
        for (const Protocol protocol : protocols) {
            const InterestRate rate =
                calculate_interest_rate(model, utilization, seconds, last, protocol);
            const Integer &full = rate.next_full_utilization_rate;
            ASSERT_TRUE(model.min_full_utilization_rate <= full &&
                        full <= model.max_full_utilization_rate);
            ASSERT_TRUE(model.zero_utilization_rate <= rate.interest_rate &&
                        rate.interest_rate <= full);
            const InterestRate other =
                calculate_interest_rate(model, higher, seconds, last, protocol);
            ASSERT_LE(rate.interest_rate.value(), other.interest_rate.value());
            ASSERT_LE(full.value(), other.next_full_utilization_rate.value());
        }
    }
}

TEST(ProtocolProperty, accumulator_never_falls_and_books_do_not_lose_by_accrual)
{
    Random random(6001);
    int with_fee = 0;
    for (int i = 0; i < runs; ++i) {
        const AssetConfig asset = living_asset(random);
        const InterestRateConfig model = any_model(random);
        const std::int64_t last = random.between(0, 1'000'000'000),
                           at = last + random.between(0, 20'000'000);
        for (const Protocol protocol : protocols) {
            const Accrual accrual = accrue_asset(asset, model, any(random, 36), last, at, protocol);
            ASSERT_GE(accrual.asset.last_rate_accumulator.value(),
                      asset.last_rate_accumulator.value());
            ASSERT_GE(accrual.asset.total_collateral_shares.value(),
                      asset.total_collateral_shares.value());
            with_fee += accrual.fee_shares != 0;
        }
    }
    EXPECT_GT(with_fee, runs / 2);
}

TEST(ProtocolProperty, accrual_twice_in_one_block_is_accrual_once)
{
    Random random(6002);
    for (int i = 0; i < runs; ++i) {
        const AssetConfig asset = living_asset(random);
        const InterestRateConfig model = any_model(random);
        const Integer full_rate = any(random, 36);
        const std::int64_t at = 1'000'000 + random.between(1, 20'000'000);
        for (const Protocol protocol : protocols) {
            const Accrual once = accrue_asset(asset, model, full_rate, 1'000'000, at, protocol);
            const Accrual again =
                accrue_asset(once.asset, model, once.full_utilization_rate, at, at, protocol);
            ASSERT_EQ(shown(again.fee_shares), "0");
            ASSERT_EQ(shown(again.full_utilization_rate), shown(once.full_utilization_rate));
            ASSERT_TRUE(again.asset.last_rate_accumulator == once.asset.last_rate_accumulator &&
                        again.asset.total_collateral_shares == once.asset.total_collateral_shares &&
                        again.asset.reserve == once.asset.reserve &&
                        again.asset.total_nominal_debt == once.asset.total_nominal_debt);
        }
    }
}

// A change of one side, and nothing on the other.
const Amount nothing{AmountType::delta, Denomination::assets, {0, false}};

Amount change(const Integer &value, bool out, Denomination denomination = Denomination::assets)
{
    return {AmountType::delta, denomination, {value, out}};
}

// Whether the assets behind a share did not fall: before ÷ shares <= after ÷ shares, without the division.
bool share_price_held(const AssetConfig &before, const AssetConfig &after)
{
    const auto assets = [](const AssetConfig &asset) {
        // 10^36 times what there is, so that the debt is not rounded.
        return u512((asset.reserve * unit * unit).value()) +
               u512((asset.total_nominal_debt * asset.last_rate_accumulator).value()) *
                   u512(asset.scale.value());
    };
    using wider = unsigned_integer<1024, mp::unchecked>;
    return wider(assets(before)) * wider(after.total_collateral_shares.value()) <=
           wider(assets(after)) * wider(before.total_collateral_shares.value());
}

Books changed(const Books &books, const Amount &collateral, const Amount &debt, Protocol protocol,
              Deltas &deltas)
{
    Books after = books;
    deltas = deconstruct_position_amounts(books, collateral, debt, protocol);
    apply_position_update(after, deltas, 0, protocol);
    return after;
}

Denomination any_denomination(Random &random)
{
    return random.between(0, 1) == 0 ? Denomination::assets : Denomination::native;
}

TEST(ProtocolProperty, deposits_and_withdrawals_never_lower_the_share_price)
{
    Random random(5101);
    int lowered = 0, compared = 0;
    for (int i = 0; i < runs; ++i) {
        const Books books = living_books(random);
        const Amount collateral =
            change(any(random, 70), random.between(0, 1) == 0, any_denomination(random));
        for (const Protocol protocol : protocols) {
            Deltas deltas;
            const std::string error = complaint([&] {
                const Books after = changed(books, collateral, nothing, protocol, deltas);
                lowered += !share_price_held(books.collateral_asset, after.collateral_asset);
                ++compared;
            });
            ASSERT_TRUE(error.empty() || error == "insufficient-reserve" ||
                        error == "u256_sub Overflow")
                << error;
        }
    }
    EXPECT_EQ(lowered, 0);
    EXPECT_GT(compared, runs);
}

TEST(ProtocolProperty, borrowing_and_repaying_never_lower_the_share_price)
{
    Random random(5102);
    int lowered = 0, compared = 0;
    for (int i = 0; i < runs; ++i) {
        const Books books = living_books(random);
        // Less than is owed: what is beyond it is cut, and the user pays for the rest only.
        const bool repaid = random.between(0, 1) == 0;
        const Amount debt = change(any(random, 60), repaid, any_denomination(random));
        for (const Protocol protocol : protocols) {
            Deltas deltas;
            const std::string error = complaint([&] {
                const Books after = changed(books, nothing, debt, protocol, deltas);
                lowered += !share_price_held(books.debt_asset, after.debt_asset);
                ++compared;
            });
            ASSERT_TRUE(error.empty() || error == "insufficient-reserve" ||
                        error == "u256_sub Overflow")
                << error;
        }
    }
    EXPECT_EQ(lowered, 0);
    EXPECT_GT(compared, runs);
}

TEST(ProtocolProperty, a_deposit_withdrawn_at_once_never_gains)
{
    Random random(5103);
    for (int i = 0; i < runs; ++i) {
        Books books = living_books(random);
        books.position.collateral_shares = 0;
        const Integer paid = between(random, "1", "1000000000000000000000");
        for (const Protocol protocol : protocols) {
            Deltas in, out;
            const Books after = changed(books, change(paid, false), nothing, protocol, in);
            ASSERT_EQ(shown(in.collateral), shown(paid));
            const Amount everything =
                change(after.position.collateral_shares, true, Denomination::native);
            const Books left = changed(after, everything, nothing, protocol, out);
            ASSERT_LE(out.collateral.magnitude.value(), paid.value());
            ASSERT_EQ(shown(left.position.collateral_shares), "0");
            ASSERT_GE(left.collateral_asset.reserve.value(),
                      books.collateral_asset.reserve.value());
        }
    }
}

TEST(ProtocolProperty, a_loan_repaid_at_once_never_gains)
{
    Random random(5104);
    for (int i = 0; i < runs; ++i) {
        Books books = living_books(random);
        books.position.nominal_debt = 0;
        const Integer borrowed = between(random, "1", shown(books.debt_asset.reserve).c_str());
        for (const Protocol protocol : protocols) {
            Deltas out, in;
            const Books after = changed(books, nothing, change(borrowed, false), protocol, out);
            ASSERT_EQ(shown(out.debt), shown(borrowed));
            const Amount everything =
                change(after.position.nominal_debt, true, Denomination::native);
            const Books left = changed(after, nothing, everything, protocol, in);
            ASSERT_GE(in.debt.magnitude.value(), borrowed.value());
            ASSERT_EQ(shown(left.position.nominal_debt), "0");
            ASSERT_EQ(shown(left.debt_asset.total_nominal_debt),
                      shown(books.debt_asset.total_nominal_debt));
        }
    }
}

// Never more than asked for: what is taken out leaves at most the target, and what comes in reaches at most it.
TEST(ProtocolProperty, v1_collateral_targets_are_not_exceeded)
{
    Random random(5105);
    for (int i = 0; i < runs; ++i) {
        Books books = living_books(random);
        books.collateral_asset.total_nominal_debt = 0;  // all of it can be taken out
        const auto worth = [](const Books &state) {
            return calculate_collateral(state.position.collateral_shares, state.collateral_asset,
                                        down, v1);
        };
        const Integer wanted = worth(books) * random.between(0, 150) / 100;
        Deltas deltas;
        const Books after =
            changed(books, {AmountType::target, Denomination::assets, {wanted, false}}, nothing, v1,
                    deltas);
        ASSERT_LE(worth(after).value(), wanted.value());
    }
}

TEST(ProtocolProperty, health_factor_is_below_1_exactly_when_not_collateralized)
{
    Random random(801);
    int healthy = 0;
    for (int i = 0; i < runs; ++i) {
        const Integer collateral_value = any(random, 128) + 1,
                      max_ltv = between(random, "1", "1000000000000000000");
        // As a rule close to the limit.
        const Integer limit = collateral_value * max_ltv / unit;
        const Integer debt_value =
            i % 3 == 0 ? any(random, 128) + 1 : limit + random.between(0, 2) + (limit == 0);
        Decimal factor;
        ASSERT_EQ(health_factor(collateral_value, debt_value, max_ltv, factor), Status::ok);
        const bool collateralized = is_collateralized(collateral_value, debt_value, max_ltv);
        ASSERT_EQ(factor.coefficient >= unit, collateralized);
        healthy += collateralized;
    }
    EXPECT_GT(healthy, runs / 4);
    EXPECT_LT(healthy, runs * 3 / 4);
}

LiquidationTerms any_terms(Random &random)
{
    return {between(random, "1000000000000000", "100000000000000000000000"),
            between(random, "1000000000000000", "100000000000000000000000"),
            0,
            between(random, "500000000000000000", "1000000000000000000"),
            any(random, 90),
            0};
}

TEST(ProtocolProperty,
     liquidation_releases_at_most_the_collateral_and_writes_off_at_least_what_is_repaid)
{
    Random random(5131);
    int compared = 0, with_bad_debt = 0;
    for (int i = 0; i < runs; ++i) {
        const Books books = living_books(random);
        const LiquidationTerms terms = any_terms(random);
        for (const Protocol protocol : protocols) {
            Liquidation liquidation;
            if (!complaint([&] {
                     liquidation = calculate_liquidation(books, terms, protocol);
                 }).empty())
                continue;
            ++compared;
            with_bad_debt += liquidation.bad_debt != 0;
            ASSERT_LE(liquidation.collateral_to_receive.value(),
                      liquidation.value.collateral.value());
            ASSERT_LE(liquidation.bad_debt.value(), liquidation.debt_written_off.value());
            const Integer repaid = liquidation.debt_written_off - liquidation.bad_debt;
            if (protocol == v2) {
                ASSERT_LE(liquidation.debt_written_off.value(), liquidation.value.debt.value());
            }
            // What is received, at a discount, is worth at most what is paid.
            if (liquidation.bad_debt == 0) {
                ASSERT_LE(repaid.value(), terms.debt_to_repay.value());
            }
        }
    }
    EXPECT_GT(compared, runs / 2);
    EXPECT_GT(with_bad_debt, runs / 20);
}

TEST(ProtocolProperty, room_never_exceeds_the_reserve_and_keeps_the_utilization)
{
    Random random(5151);
    int compared = 0;
    for (int i = 0; i < runs; ++i) {
        AssetConfig asset = living_asset(random);
        const Integer max_utilization = Integer(unit / 100) * random.between(1, 100);
        const Integer room = withdrawable_assets(asset, max_utilization, v2);
        ASSERT_LE(room.value(), asset.reserve.value());
        compared += room != 0;
        if (room == 0)
            continue;
        asset.reserve = asset.reserve - room;
        ASSERT_LE(utilization(asset, v2).value(), max_utilization.value());
    }
    EXPECT_GT(compared, runs / 3);
}

}  // namespace

}  // namespace vesu::protocol
