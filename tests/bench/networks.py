"""Runs `emotion bench` of the installed package from a checkout: python tests/bench/networks.py [options].

Timings are printed, never asserted: they belong to the machine.
"""

import argparse
import sys

from emotion import bench

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    bench.add_arguments(parser)
    sys.exit(bench.run(parser.parse_args()))
