"""Plane geometry that is exact enough for a town: distances, cells, random points."""

import math


def km(a, b):
    """Distance in kilometres between two (longitude, latitude) pairs."""
    (lon1, lat1), (lon2, lat2) = a, b
    p1, p2 = math.radians(lat1), math.radians(lat2)
    h = (math.sin((p2 - p1) / 2) ** 2
         + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2)
    return 6371 * 2 * math.asin(math.sqrt(h))


def inside(point, ring):
    x, y = point
    found = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            found = not found
    return found


def cells(outline, seeds):
    """Cut a convex outline into one cell per seed, each nearer to its seed than to any other."""
    shrink = math.cos(math.radians(outline[0][1]))
    result = []
    for seed in seeds:
        ring = list(outline)
        for other in seeds:
            if other == seed:
                continue
            # Keep the side of the perpendicular bisector where `seed` lies.
            nx, ny = (other[0] - seed[0]) * shrink ** 2, other[1] - seed[1]
            mx, my = (other[0] + seed[0]) / 2, (other[1] + seed[1]) / 2

            def side(p):
                return (p[0] - mx) * nx + (p[1] - my) * ny

            kept = []
            for p, q in zip(ring, ring[1:] + ring[:1]):
                a, b = side(p), side(q)
                if a <= 0:
                    kept.append(p)
                if (a < 0 < b) or (b < 0 < a):
                    t = a / (a - b)
                    kept.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
            ring = kept
        result.append(ring)
    return result


def closed(ring, digits=5):
    points = []
    for lon, lat in ring:
        point = [round(lon, digits), round(lat, digits)]
        if not points or points[-1] != point:
            points.append(point)
    if points[0] != points[-1]:
        points.append(list(points[0]))
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, points[1:]))
    return points if area > 0 else points[::-1]


def area_ha(ring):
    lat = math.radians(ring[0][1])
    kx, ky = 111.32 * math.cos(lat), 110.57
    total = 0.0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]):
        total += (x1 * y2 - x2 * y1) * kx * ky
    return round(abs(total) / 2 * 100, 1)


def point_in(rng, outline, centre, spread=0.55):
    """A point of the outline, drawn more often near the centre."""
    lons = [p[0] for p in outline]
    lats = [p[1] for p in outline]
    width, height = max(lons) - min(lons), max(lats) - min(lats)
    while True:
        point = (rng.gauss(centre[0], width * spread / 2), rng.gauss(centre[1], height * spread / 2))
        if inside(point, outline):
            return round(point[0], 5), round(point[1], 5)


def blob(rng, centre, radius_km, corners=9):
    """An irregular closed ring around a centre."""
    ring = []
    for i in range(corners):
        angle = 2 * math.pi * i / corners
        r = radius_km * rng.uniform(0.7, 1.15)
        ring.append((
            centre[0] + r * math.cos(angle) / (111.32 * math.cos(math.radians(centre[1]))),
            centre[1] + r * math.sin(angle) / 110.57,
        ))
    return ring


def meander(rng, start, end, steps=14, sway=0.06):
    """A line from start to end that sways a little, as a path does."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    points = []
    drift = 0.0
    for i in range(steps + 1):
        t = i / steps
        if 0 < i < steps:
            drift = 0.6 * drift + rng.uniform(-sway, sway)
            shift = drift * math.sin(math.pi * t)
        else:
            shift = 0.0
        points.append([round(start[0] + t * dx - shift * dy, 5), round(start[1] + t * dy + shift * dx, 5)])
    return points
