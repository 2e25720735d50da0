-- Whose pickup point a slug is, or was: slots and orders bear it for good. Of those removed before this nobody knows it any more, and nobody gets them.
alter table place_slugs add column town text;
update place_slugs set town = p.town from pickup_points p where p.slug = place_slugs.slug;
