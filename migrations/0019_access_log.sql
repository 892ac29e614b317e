CREATE TABLE `access_log` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`hour` integer NOT NULL,
	`actor` text NOT NULL,
	`what` text NOT NULL,
	`subject` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `access_once` ON `access_log` (`subject`,`actor`,`what`,`hour`);--> statement-breakpoint
CREATE INDEX `access_subject` ON `access_log` (`subject`,`id`);