-- What was not in the last count stands in the figure because it is set aside: never more than that. The code keeps it so; this stands behind it.
alter table stock add constraint stock_assumed_set_aside check (assumed <= reserved);
