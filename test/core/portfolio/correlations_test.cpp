#include "core/portfolio/correlations.hpp"

#include "core/portfolio/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace vesu::portfolio {

namespace {

// Correlations of `count` variables that are mixtures of `sources` independent ones: of that rank.
std::vector<double> mixture(std::size_t count, std::size_t sources, std::uint64_t seed)
{
    auto random = Xoshiro256PlusPlus::of_path(seed, 0);
    std::vector<double> parts(count * sources), matrix(count * count);
    for (double &part : parts)
        part = random.next_fraction() - 0.5;
    for (std::size_t i = 0; i < count; ++i) {
        double squares = 0;
        for (std::size_t k = 0; k < sources; ++k)
            squares += parts[i * sources + k] * parts[i * sources + k];
        for (std::size_t k = 0; k < sources; ++k)
            parts[i * sources + k] /= std::sqrt(squares);
    }
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j)
            for (std::size_t k = 0; k < sources; ++k)
                matrix[i * count + j] += parts[i * sources + k] * parts[j * sources + k];
    return matrix;
}

bool factorize(const std::vector<double> &matrix, std::size_t count, std::vector<double> &factor)
{
    factor.assign(count * count, 0);
    for (std::size_t row = 0; row < count; ++row)
        if (!factor_row(matrix.data(), count, row, factor.data()))
            return false;
    return true;
}

double product(const std::vector<double> &factor, std::size_t count, std::size_t i, std::size_t j)
{
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k)
        sum += factor[i * count + k] * factor[j * count + k];
    return sum;
}

TEST(Correlations, factor_times_its_transpose_is_the_matrix)
{
    std::vector<double> factor;
    for (std::size_t count = 1; count <= 20; ++count)
        for (std::size_t sources = 1; sources <= count; ++sources) {
            const std::vector<double> matrix = mixture(count, sources, count * 100 + sources);
            ASSERT_EQ(find_matrix_fault(matrix.data(), count).rule, MatrixRule::none);
            ASSERT_TRUE(factorize(matrix, count, factor)) << count << " of rank " << sources;
            for (std::size_t i = 0; i < count; ++i)
                for (std::size_t j = 0; j < count; ++j)
                    ASSERT_NEAR(product(factor, count, i, j), matrix[i * count + j], 2e-5);
        }
}

TEST(Correlations, what_no_variables_can_have_has_no_factor)
{
    std::vector<double> factor;
    EXPECT_FALSE(factorize({1, .9, -.9, .9, 1, .9, -.9, .9, 1}, 3, factor));
    EXPECT_FALSE(factorize({1, 1, 0, 1, 1, .5, 0, .5, 1}, 3, factor));
    EXPECT_TRUE(factorize({1, 1, .5, 1, 1, .5, .5, .5, 1}, 3, factor));
    EXPECT_EQ(factor[4], 0);
}

TEST(Correlations, variance_is_that_of_the_factor)
{
    std::vector<double> factor;
    for (std::size_t count = 1; count <= 12; ++count) {
        const std::vector<double> matrix = mixture(count, count, count);
        auto random = Xoshiro256PlusPlus::of_path(count, 1);
        std::vector<double> weights(count), sigmas(count);
        for (std::size_t i = 0; i < count; ++i) {
            weights[i] = random.next_fraction() - 0.3;
            sigmas[i] = random.next_fraction();
        }
        ASSERT_TRUE(factorize(matrix, count, factor));
        double expected = 0;
        for (std::size_t k = 0; k < count; ++k) {
            double loading = 0;
            for (std::size_t i = 0; i < count; ++i)
                loading += weights[i] * sigmas[i] * factor[i * count + k];
            expected += loading * loading;
        }
        EXPECT_NEAR(portfolio_variance(weights.data(), sigmas.data(), matrix.data(), count),
                    expected, 1e-5);
    }
}

TEST(Correlations, the_first_fault_is_named)
{
    const double range[] = {1, .5, 1.5, 1}, nan[] = {1, std::nan(""), 0, 1};
    const double diagonal[] = {1, 0, 0, .9}, symmetry[] = {1, .5, .4, 1};
    MatrixFault fault = find_matrix_fault(range, 2);
    EXPECT_EQ(fault.rule, MatrixRule::range);
    EXPECT_EQ(fault.row, 1u);
    EXPECT_EQ(fault.column, 0u);
    fault = find_matrix_fault(nan, 2);
    EXPECT_EQ(fault.rule, MatrixRule::range);
    EXPECT_EQ(fault.row, 0u);
    EXPECT_EQ(fault.column, 1u);
    EXPECT_EQ(find_matrix_fault(diagonal, 2).rule, MatrixRule::diagonal);
    EXPECT_EQ(find_matrix_fault(symmetry, 2).rule, MatrixRule::symmetry);
    EXPECT_EQ(find_matrix_fault(nullptr, 0).rule, MatrixRule::none);
}

}  // namespace

}  // namespace vesu::portfolio
