ALTER TABLE `work_order` ADD `stage_before` text;--> statement-breakpoint
ALTER TABLE `work_order` ADD `stage_before_at` integer;