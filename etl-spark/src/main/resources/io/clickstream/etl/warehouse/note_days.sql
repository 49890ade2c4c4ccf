SELECT note_days('${touched_sessions}', '${touched_orders}', '${touched_days}')
