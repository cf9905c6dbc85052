#include "core/portfolio/correlations.hpp"

#include <cmath>
#include <limits>

namespace vesu::portfolio {

MatrixFault find_matrix_fault(const double *correlations, std::size_t count)
{
    for (std::size_t row = 0; row < count; ++row)
        for (std::size_t column = 0; column <= row; ++column) {
            const double below = correlations[row * count + column];
            const double above = correlations[column * count + row];
            // Negated, so that NaN breaks the rule.
            if (!(std::fabs(below) <= 1 + correlation_tolerance))
                return {MatrixRule::range, row, column};
            if (!(std::fabs(above) <= 1 + correlation_tolerance))
                return {MatrixRule::range, column, row};
            if (row == column && !(std::fabs(below - 1) <= correlation_tolerance))
                return {MatrixRule::diagonal, row, column};
            if (!(std::fabs(below - above) <= correlation_tolerance))
                return {MatrixRule::symmetry, row, column};
        }
    return {};
}

double portfolio_variance(const double *weights, const double *sigmas, const double *correlations,
                          std::size_t count)
{
    double variance = 0, magnitude = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double own = weights[i] * sigmas[i];
        double row = 0;
        for (std::size_t j = 0; j < count; ++j)
            row += correlations[i * count + j] * weights[j] * sigmas[j];
        variance += own * row;
        magnitude += std::fabs(own);
    }
    const bool is_rounding = std::fabs(variance) <= correlation_tolerance * magnitude * magnitude;
    return variance < 0 && is_rounding ? 0 : variance;
}

double mean_absolute_correlation(const double *correlations, std::size_t count)
{
    if (count < 2)
        return std::numeric_limits<double>::quiet_NaN();
    double sum = 0;
    for (std::size_t row = 0; row < count; ++row)
        for (std::size_t column = row + 1; column < count; ++column)
            sum += std::fabs(correlations[row * count + column]);
    return sum / (0.5 * static_cast<double>(count) * static_cast<double>(count - 1));
}

bool factor_row(const double *correlations, std::size_t count, std::size_t row, double *factor)
{
    double *const own = factor + row * count;
    double pivot = correlations[row * count + row];
    for (std::size_t column = 0; column < row; ++column) {
        const double *const other = factor + column * count;
        double rest = correlations[row * count + column];
        for (std::size_t k = 0; k < column; ++k)
            rest -= own[k] * other[k];
        // The square of what two variables share is at most the product of what each has of its own.
        if (other[column] == 0 && rest * rest > 2 * correlation_tolerance)
            return false;
        own[column] = other[column] == 0 ? 0 : rest / other[column];
        pivot -= own[column] * own[column];
    }
    own[row] = pivot > correlation_tolerance ? std::sqrt(pivot) : 0;
    return pivot >= -correlation_tolerance;
}

}  // namespace vesu::portfolio
