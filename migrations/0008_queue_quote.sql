CREATE TABLE `queue_quote` (
	`id` text PRIMARY KEY NOT NULL,
	`location_id` text NOT NULL,
	`ticket_id` text NOT NULL,
	`service` text NOT NULL,
	`channel` text NOT NULL,
	`renewal` integer NOT NULL,
	`made_at` integer NOT NULL,
	`p10` integer NOT NULL,
	`p50` integer NOT NULL,
	`p90` integer NOT NULL,
	`ahead` integer NOT NULL,
	`outcome` text,
	`ended_at` integer,
	`inside` integer,
	`kept` integer,
	CONSTRAINT "queue_quote_outcome" CHECK(outcome IN ('called', 'left', 'replaced', 'day_over')),
	CONSTRAINT "queue_quote_end" CHECK((outcome IS NULL) = (ended_at IS NULL))
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `queue_quote_made` ON `queue_quote` (`location_id`,`made_at`,`id`);--> statement-breakpoint
CREATE TABLE `queue_record` (
	`location_id` text NOT NULL,
	`service` text NOT NULL,
	`channel` text NOT NULL,
	`told` integer NOT NULL,
	`inside` integer NOT NULL,
	`kept` integer NOT NULL,
	PRIMARY KEY(`location_id`, `service`, `channel`)
) WITHOUT ROWID;
