#!/bin/bash
# The manual has nothing that mandoc's lint warns about.
. tests/helpers.bash

mandoc -T lint -W warning man/*.1
