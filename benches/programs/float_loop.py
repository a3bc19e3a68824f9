"""Float arithmetic in a loop: a Mandelbrot row."""


def work(shared, thread):
    inside = 0
    for column in range(400):
        cx, cy = column / 160.0 - 2.0, 0.3
        x = y = 0.0
        for _ in range(150):
            x, y = x * x - y * y + cx, 2.0 * x * y + cy
            if x * x + y * y > 4.0:
                break
        else:
            inside += 1
    return inside
