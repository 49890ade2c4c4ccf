SELECT start_closing(:closed_before)
