#include "core/portfolio/random.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>

namespace vesu::portfolio {

namespace {

// What the authors' own programs print.
TEST(Random, splitmix64_is_the_published_one)
{
    SplitMix64 source(1234567);
    for (const std::uint64_t expected :
         {6457827717110365317u, 3203168211198807973u, 9817491932198370423u, 4593380528125082431u,
          16408922859458223821u})
        EXPECT_EQ(source.next(), expected);
}

TEST(Random, xoshiro256plusplus_is_the_published_one)
{
    Xoshiro256PlusPlus random(1, 2, 3, 4);
    for (const std::uint64_t expected :
         {41943041ul, 58720359ul, 3588806011781223u, 3591011842654386u, 9228616714210784205u,
          9973669472204895162u, 14011001112246962877u, 12406186145184390807u, 15849039046786891736u,
          10450023813501588000u})
        EXPECT_EQ(random.next(), expected);
}

TEST(Random, every_path_of_every_seed_is_another)
{
    std::set<std::uint64_t> first;
    for (std::uint64_t seed = 0; seed < 100; ++seed)
        for (std::uint64_t path = 0; path < 100; ++path)
            first.insert(Xoshiro256PlusPlus::of_path(seed, path).next());
    EXPECT_EQ(first.size(), 10000u);
}

TEST(Random, fractions_are_uniform_and_inside)
{
    constexpr int draws = 100000, cells = 100;
    int counts[cells] = {};
    for (int i = 0; i < draws; ++i) {
        const double fraction = Xoshiro256PlusPlus::of_path(7, i).next_fraction();
        ASSERT_GT(fraction, 0);
        ASSERT_LT(fraction, 1);
        ++counts[static_cast<int>(fraction * cells)];
    }
    double chi_square = 0;
    for (const int count : counts)
        chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
    // 99 degrees of freedom: below 148 with a probability of 0.999.
    EXPECT_LT(chi_square, 148);
}

}  // namespace

}  // namespace vesu::portfolio
