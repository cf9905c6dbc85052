// Matrices of correlations, n × n, row by row.
#pragma once

#include <cstddef>

namespace vesu::portfolio {

// By how much a matrix may miss what it must be: rounding in whatever computed it.
constexpr double correlation_tolerance = 1e-10;

enum class MatrixRule { none, range, diagonal, symmetry };

// The first element that breaks a rule, counted from 0.
struct MatrixFault {
    MatrixRule rule = MatrixRule::none;
    std::size_t row = 0, column = 0;
};

// Whether every |ρ| <= 1, the diagonal is 1 and the matrix is symmetric, each to the tolerance.
MatrixFault find_matrix_fault(const double *correlations, std::size_t count);

// ΣΣ wᵢwⱼρᵢⱼσᵢσⱼ, the variance of a portfolio. Below 0 only if no variables can have these correlations: what rounding puts below
// 0 is 0.
double portfolio_variance(const double *weights, const double *sigmas, const double *correlations,
                          std::size_t count);

// The mean of |ρᵢⱼ| over i < j; NaN without a pair.
double mean_absolute_correlation(const double *correlations, std::size_t count);

// Row `row` of the lower triangle of L, where L·Lᵀ is the matrix; the rows above it are there. A pivot between ± the tolerance
// is 0: that variable depends on the ones before it. False if no variables can have these correlations: a pivot is below
// -tolerance, or a row needs something of a variable that has nothing of its own.
bool factor_row(const double *correlations, std::size_t count, std::size_t row, double *factor);

}  // namespace vesu::portfolio
