"""Bodies under gravity, each thread moving its share, in step at a barrier.

Usage: nbody.py [bodies] [steps] [threads]

Within a step every thread reads all positions and writes only the velocities
of its own bodies; a barrier; then it moves its own bodies; a barrier.  Each
body's sum runs in the same order whatever the number of threads, so the
result is the same to the last bit.
"""

import sys
from math import cos, sin, sqrt
from threading import Barrier, Thread

STEP = 0.01
SOFTENING = 0.05


class Body:
    __slots__ = ("x", "y", "z", "vx", "vy", "vz", "mass")

    def __init__(self, n):
        radius = 1.0 + 0.1 * n
        self.x, self.y, self.z = radius * cos(n * 2.4), radius * sin(n * 2.4), 0.02 * (n % 7 - 3)
        self.vx, self.vy, self.vz = -self.y / radius, self.x / radius, 0.0
        self.mass = 0.5 + 0.01 * (n % 13)


def pull(body, bodies):
    """Adds to the body's velocity what the others do to it in one step."""
    x, y, z = body.x, body.y, body.z
    ax = ay = az = 0.0
    for other in bodies:
        dx, dy, dz = other.x - x, other.y - y, other.z - z
        distance2 = dx * dx + dy * dy + dz * dz + SOFTENING
        strength = other.mass / (distance2 * sqrt(distance2))
        ax += dx * strength
        ay += dy * strength
        az += dz * strength
    body.vx += ax * STEP
    body.vy += ay * STEP
    body.vz += az * STEP


def move(body):
    body.x += body.vx * STEP
    body.y += body.vy * STEP
    body.z += body.vz * STEP


def simulate(mine, bodies, steps, barrier):
    for _ in range(steps):
        for body in mine:
            pull(body, bodies)
        barrier.wait()
        for body in mine:
            move(body)
        barrier.wait()


def energy(bodies):
    kinetic = sum(b.mass * (b.vx**2 + b.vy**2 + b.vz**2) for b in bodies) / 2
    potential = 0.0
    for i, a in enumerate(bodies):
        for b in bodies[i + 1 :]:
            distance2 = (a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2
            potential -= a.mass * b.mass / sqrt(distance2 + SOFTENING)
    return kinetic + potential


def main(bodies=64, steps=1_000, threads=4):
    system = [Body(n) for n in range(bodies)]
    print(f"energy before: {energy(system):.9f}")
    barrier = Barrier(threads)
    workers = [
        Thread(target=simulate, args=(system[n::threads], system, steps, barrier))
        for n in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"energy after:  {energy(system):.9f}")
    print(f"first body at: {system[0].x:.9f} {system[0].y:.9f} {system[0].z:.9f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
