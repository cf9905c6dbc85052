#include "core/portfolio/series.hpp"

#include "core/portfolio/settings.hpp"

namespace vesu::portfolio {

double twap(PricePoint *points, std::size_t size)
{
    if (size == 0)
        return undefined;
    sort_points(points, size);

    DoubleDouble weighted, price;
    for (std::size_t next = 0; next < size;) {
        const Time time = points[next].time;
        if (next > 0)
            weighted =
                weighted + price * static_cast<double>(duration(points[next - 1].time, time));
        const std::size_t first = next;
        DoubleDouble sum;
        for (; next < size && points[next].time == time; ++next)
            sum = sum + points[next].price;
        price = sum / static_cast<double>(next - first);
    }
    const std::uint64_t span = duration(points[0].time, points[size - 1].time);
    return span == 0 ? price.value() : (weighted / static_cast<double>(span)).value();
}

}  // namespace vesu::portfolio
