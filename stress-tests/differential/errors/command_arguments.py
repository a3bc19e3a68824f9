# run: -c "import sys; print(sys.argv)" a -c b --opt
# What follows -c is the program's.
