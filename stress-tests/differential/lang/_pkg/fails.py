raise ValueError('raised while imported')
