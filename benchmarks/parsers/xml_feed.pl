# XML::Feed (Perl): the entries of a file, one JSON array [id, title, link, date] a line.
use strict;
use warnings;
use XML::Atom;
use XML::Feed;
use JSON::PP;

# Its part for Atom gives bytes for letters unless it is told not to (XML::Atom, "ForceUnicode").
$XML::Atom::ForceUnicode = 1;
my $feed = XML::Feed->parse($ARGV[0]) or die XML::Feed->errstr;
for my $entry ($feed->entries) {
    my $date = $entry->issued || $entry->modified;
    print JSON::PP->new->utf8->encode(
        [$entry->id, $entry->title, $entry->link, $date->epoch]
    ), "\n";
}
