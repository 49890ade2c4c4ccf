-- The session that has the advisory lock of the table etl_closings.
SELECT format('process %s of the server, user %s', holder.pid, session.usename)
FROM pg_locks AS holder
JOIN pg_stat_activity AS session ON session.pid = holder.pid
WHERE holder.granted AND holder.locktype = 'advisory'
  AND holder.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (holder.classid, holder.objid, holder.objsubid) = ('etl_closings'::REGCLASS, 0, 2)
