#include "portfolio/statistics.hpp"

#include <cmath>

namespace vesu::test {

using portfolio::Setting;
using portfolio::Settings;

namespace {

template <class Kind>
void add_to(Kind &sums, double value)
{
    if (std::isnan(value))
        sums.add_gap();
    else
        sums.add(value);
}

template <class Kind>
bool remove_from(Kind &sums, double value)
{
    if (!std::isnan(value))
        return sums.remove(value);
    sums.remove_gap();
    return true;
}

bool is_gap(const Period &period)
{
    return std::isnan(period.first) || std::isnan(period.second);
}

Wide mean(const std::vector<Wide> &values)
{
    Wide sum = 0;
    for (const Wide &value : values)
        sum += value;
    return sum / values.size();
}

// Mean product of the distances from the means, with `ddof` less in the divisor.
Wide covariance(const std::vector<Wide> &x, const std::vector<Wide> &y, int ddof)
{
    const Wide x_mean = mean(x), y_mean = mean(y);
    Wide sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        sum += (x[i] - x_mean) * (y[i] - y_mean);
    return sum / (static_cast<int>(x.size()) - ddof);
}

void reference_of_series(const Series &series, const Settings &settings, Statistics &result)
{
    const Wide risk_free = settings.get(Setting::risk_free, 0);
    const Wide required = settings.get(Setting::required, 0);
    const Wide periods = settings.get(Setting::periods, 365);
    const Wide threshold = risk_free + pow(1 + required, 1 / periods) - 1;
    std::vector<Wide> values;
    Wide product = 1, squares = 0, gains = 0, losses = 0;
    for (const auto &[r, b] : series) {
        if (std::isnan(r))
            continue;
        const Wide v = r;
        values.push_back(v);
        product *= 1 + v;
        if (v < required)
            squares += (v - required) * (v - required);
        (v > threshold ? gains : losses) += abs(v - threshold);
    }
    const Wide deviation =
        sqrt(covariance(values, values, static_cast<int>(settings.get(Setting::ddof, 1))));
    const Wide downside = sqrt(squares / values.size() * periods);
    result[0] = static_cast<double>(Wide(product - 1));
    result[1] = static_cast<double>(Wide(pow(product, periods / series.size()) - 1));
    result[2] = static_cast<double>(Wide(deviation * sqrt(periods)));
    result[3] = static_cast<double>(Wide((mean(values) - risk_free) / deviation * sqrt(periods)));
    result[4] = static_cast<double>(downside);
    result[5] = static_cast<double>(Wide((mean(values) - required) * periods / downside));
    result[6] = static_cast<double>(Wide(gains / losses));
}

void reference_of_pairs(const Series &series, const Settings &settings, Statistics &result)
{
    const Wide risk_free = settings.get(Setting::risk_free, 0);
    std::vector<Wide> x, y, active;
    for (const Period &period : series) {
        if (is_gap(period))
            continue;
        x.push_back(period.first);
        y.push_back(period.second);
        active.push_back(x.back() - y.back());
    }
    const Wide beta = covariance(x, y, 0) / covariance(y, y, 0);
    const Wide alpha = mean(x) - risk_free - beta * (mean(y) - risk_free);
    result[7] = static_cast<double>(beta);
    result[8] =
        static_cast<double>(Wide(pow(1 + alpha, Wide(settings.get(Setting::periods, 365))) - 1));
    result[9] = static_cast<double>(
        Wide(covariance(x, y, 0) / sqrt(covariance(x, x, 0) * covariance(y, y, 0))));
    result[10] = static_cast<double>(Wide(mean(active) / sqrt(covariance(active, active, 1)) *
                                          sqrt(Wide(settings.get(Setting::periods, 1)))));
}

}  // namespace

Settings settings_of(double risk_free, double required, double periods, double ddof)
{
    Settings settings;
    settings[Setting::risk_free] = risk_free;
    settings[Setting::required] = required;
    settings[Setting::periods] = periods;
    settings[Setting::ddof] = ddof;
    return settings;
}

void Sums::add(const Period &period)
{
    const double r = period.first;
    add_to(growth, r);
    add_to(moments, r);
    add_to(shortfalls, r);
    add_to(sides, r);
    if (is_gap(period))
        pairs.add_gap();
    else
        pairs.add(r, period.second);
}

bool Sums::remove(const Period &period)
{
    const double r = period.first;
    bool trusted = remove_from(growth, r);
    trusted = remove_from(moments, r) && trusted;
    trusted = remove_from(shortfalls, r) && trusted;
    trusted = remove_from(sides, r) && trusted;
    if (is_gap(period))
        pairs.remove_gap();
    else
        trusted = pairs.remove(r, period.second) && trusted;
    return trusted;
}

void Sums::merge(const Sums &part)
{
    growth.merge(part.growth);
    moments.merge(part.moments);
    shortfalls.merge(part.shortfalls);
    sides.merge(part.sides);
    pairs.merge(part.pairs);
}

Statistics Sums::statistics() const
{
    return {portfolio::cumulative_return(growth, settings),
            portfolio::cagr(growth, settings),
            portfolio::volatility(moments, settings),
            portfolio::sharpe_ratio(moments, settings),
            portfolio::downside_deviation(shortfalls, settings),
            portfolio::sortino_ratio(shortfalls, settings),
            portfolio::omega_ratio(sides, settings),
            portfolio::beta(pairs, settings),
            portfolio::alpha(pairs, settings),
            portfolio::correlation(pairs, settings),
            portfolio::information_ratio(pairs, settings)};
}

Sums sums_of(const Series &series, const Settings &settings)
{
    Sums sums(settings);
    for (const Period &period : series)
        sums.add(period);
    return sums;
}

Statistics reference(const Series &series, const Settings &settings)
{
    Statistics result;
    reference_of_series(series, settings, result);
    reference_of_pairs(series, settings, result);
    return result;
}

bool agree(double actual, double expected, double tolerance)
{
    if (std::isnan(expected) || std::isinf(expected))
        return std::isnan(expected) ? std::isnan(actual) : actual == expected;
    return std::fabs(actual - expected) <= tolerance * std::max(std::fabs(expected), 1e-6);
}

std::string first_difference(const Statistics &actual, const Statistics &expected, double tolerance)
{
    for (std::size_t i = 0; i < actual.size(); ++i)
        if (!agree(actual[i], expected[i], tolerance))
            return std::string(statistic_names[i]) + ": " + std::to_string(actual[i]) + " for " +
                   std::to_string(expected[i]);
    return "";
}

}  // namespace vesu::test
