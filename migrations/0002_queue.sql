CREATE TABLE `queue` (
	`location_id` text PRIMARY KEY NOT NULL,
	`setup` text NOT NULL,
	`revision` integer NOT NULL
) WITHOUT ROWID;
