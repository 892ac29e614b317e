CREATE TABLE `cursor` (
	`reader` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `delivery` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`location_id` text,
	`revision` integer NOT NULL,
	`recipient` text NOT NULL,
	`event_seq` integer NOT NULL,
	`lane` text NOT NULL,
	`status` text NOT NULL,
	`due_at` integer NOT NULL,
	`busy_until` integer,
	`attempts` integer NOT NULL,
	`facts` text NOT NULL,
	`channel` text,
	`language` text,
	`provider_id` text,
	`reason` text,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	CONSTRAINT "delivery_status" CHECK(status IN ('waiting', 'sending', 'sent', 'stored', 'failed', 'dropped')),
	CONSTRAINT "delivery_end" CHECK((ended_at IS NULL) = (status IN ('waiting', 'sending')))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `delivery_once` ON `delivery` (`subject`,`kind`,`revision`,`recipient`);--> statement-breakpoint
CREATE INDEX `delivery_due` ON `delivery` (`due_at`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `delivery_lane` ON `delivery` (`lane`,`event_seq`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `delivery_location` ON `delivery` (`location_id`,`id`);--> statement-breakpoint
CREATE TABLE `messaging` (
	`location_id` text PRIMARY KEY NOT NULL,
	`settings` text NOT NULL,
	`revision` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `recipient` (
	`subject` text PRIMARY KEY NOT NULL,
	`location_id` text NOT NULL,
	`contact` text,
	`channels` text NOT NULL,
	`revision` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `webhook` (
	`id` text PRIMARY KEY NOT NULL,
	`partner_id` text,
	`test_mode` integer NOT NULL,
	`url` text NOT NULL,
	`types` text NOT NULL,
	`version` integer NOT NULL,
	`former_until` integer,
	`failing` integer NOT NULL,
	`disabled_at` integer,
	`created_at` integer NOT NULL,
	`revision` integer NOT NULL
) WITHOUT ROWID;
