where = 'leaf of ' + __package__
