SELECT refresh_marts('${touched_hours}', '${touched_sessions}', '${touched_orders}', '${touched_days}')
