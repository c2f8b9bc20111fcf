// SPDX-License-Identifier: Apache-2.0
#include "data/yaml.hpp"

#include "data/yaml_write.hpp"
#include "support/shared_data.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln {
namespace {

using ::testing::HasSubstr;
using Kind = YamlNode::Kind;

YamlNode read(std::string_view text) {
  Diagnostics diagnostics;
  auto node = parse_yaml(text, "f.yaml", diagnostics);
  EXPECT_TRUE(node && !diagnostics.has_errors()) << diagnostics.print(false);
  return node.value_or(YamlNode{});
}

// The first complaint as "rule line:column message".
std::string complaint(std::string_view text) {
  Diagnostics diagnostics;
  parse_yaml(text, "f.yaml", diagnostics);
  if (diagnostics.list().empty()) return "none";
  const Diagnostic& d = diagnostics.list().front();
  return d.rule + " " + std::to_string(d.where.line) + ":" + std::to_string(d.where.column) + " " +
         d.message;
}

TEST(Yaml, KnowsThePlaceOfEveryNode) {
  std::string text = "a: 1\nb:\n  - \u00e9 x\n  - 'q'\n";
  YamlNode root = read(text);
  const YamlNode& list = *root.find("b");
  EXPECT_EQ(list.items[1].start, (Position{4, 5, 21, 0}));
  EXPECT_EQ(text.substr(list.items[1].start.index, 3), "'q'");
  EXPECT_EQ(list.items[0].end.index, 16U);
  EXPECT_EQ(root.entries[1].key.start, (Position{2, 1, 5, 0}));
}

TEST(Yaml, FollowsTheCoreSchema) {
  YamlNode root = read(
      "yes: yes\nt: true\nq: \"true\"\noct: 0755\no: 0o17\nh: 0x1F\nneg: -3\nf: 1.0\nv: 1.2.3\n"
      "n: null\nempty:\ntilde: ~\nqn: 'null'\nplus: +5\ne: 1e3\nbig: 99999999999999999999\n");
  EXPECT_FALSE(root.find("yes")->as_bool());
  EXPECT_TRUE(root.find("yes")->is_string());
  EXPECT_EQ(root.find("t")->as_bool(), true);
  EXPECT_FALSE(root.find("q")->as_bool());
  EXPECT_EQ(root.find("oct")->as_int(), 755);
  EXPECT_EQ(root.find("o")->as_int(), 15);
  EXPECT_EQ(root.find("h")->as_int(), 31);
  EXPECT_EQ(root.find("neg")->as_int(), -3);
  EXPECT_EQ(root.find("plus")->as_int(), 5);
  EXPECT_EQ(root.find("f")->description(), "a number");
  EXPECT_TRUE(root.find("v")->is_string());
  EXPECT_EQ(root.find("n")->kind, Kind::null);
  EXPECT_EQ(root.find("empty")->kind, Kind::null);
  EXPECT_EQ(root.find("tilde")->kind, Kind::null);
  EXPECT_EQ(root.find("qn")->kind, Kind::scalar);
  EXPECT_FALSE(root.find("e")->is_string());
  EXPECT_FALSE(root.find("big")->as_int());
  EXPECT_FALSE(root.find("big")->is_string());
}

TEST(Yaml, AliasesRepeatTheirAnchor) {
  YamlNode root = read("base: &b {x: [1, 2]}\nuse: *b\n");
  EXPECT_EQ(*root.find("use"), *root.find("base"));
  EXPECT_EQ(root.find("use")->start.line, 2U);
}

TEST(Yaml, RefusesAnAliasBomb) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    std::string item = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) text += (k > 0 ? ", " : "") + item;
    text += "]\n";
  }
  EXPECT_THAT(complaint(text), HasSubstr("limit"));
}

TEST(Yaml, ReportsEveryDuplicateKey) {
  Diagnostics diagnostics;
  auto root = parse_yaml("a: 1\nb: 2\na: 3\nb: {c: 1, c: 2}\n", "f.yaml", diagnostics);
  EXPECT_TRUE(root);
  EXPECT_EQ(diagnostics.error_count(), 3U);
  diagnostics.sort();
  EXPECT_EQ(diagnostics.list()[0].message, "the key \"a\" stands twice");
  EXPECT_EQ(diagnostics.list()[0].advice, "it also stands in line 1");
  EXPECT_EQ(diagnostics.list()[0].where.str(), "f.yaml:3:1");
}

TEST(Yaml, SaysWhatIsWrongInPlainWords) {
  EXPECT_EQ(complaint("a:\n\t- b\n"), "syntax 2:1 a tab cannot be used here");
  EXPECT_EQ(complaint("- !dpkg\n"), "tag 1:3 the tag \"!dpkg\" is not supported");
  EXPECT_EQ(complaint("a: !!str 5\n"),
            "tag 1:4 the tag \"tag:yaml.org,2002:str\" is not supported");
  EXPECT_EQ(complaint("<<: {a: 1}\n"), "merge-key 1:1 merge keys (\"<<\") are not supported");
  EXPECT_EQ(complaint("a: *x\n"), "alias 1:4 no anchor \"&x\" stands before this");
  EXPECT_EQ(complaint("a: &x [*x]\n"), "alias 1:8 no anchor \"&x\" stands before this");
  EXPECT_EQ(complaint("a: 1\n---\nb: 2\n"), "syntax 2:1 a second document begins here");
  EXPECT_EQ(complaint("[a]: 1\n"), "syntax 1:1 a key must be text, not a list");
  EXPECT_EQ(complaint("ok: 1\nx: \xff\n"), "encoding 2:4 byte 0xff is not valid UTF-8");
  EXPECT_EQ(complaint("ok: 1\nx: \x01\n"), "syntax 2:4 control characters are not allowed");
  EXPECT_EQ(
      complaint("a: b: c\n"),
      "syntax 1:5 a \": \" stands where no key can be; quote the text if it is part of a value");
  EXPECT_EQ(complaint("a: 'x\n"), "syntax 2:1 the quotes are not closed");
  EXPECT_EQ(complaint("a: @x\n"), "syntax 1:4 a value cannot begin with this character; quote it");
  EXPECT_EQ(complaint(std::string(5U << 20, ' ')),
            "limit 0:0 5242880 bytes are more than the 4 MiB allowed");
  EXPECT_THAT(complaint(std::string(100, '[')), HasSubstr("nested more than 64 levels deep"));
}

TEST(Yaml, AKeyIsItsText) {
  YamlNode root = read("1: a\ntrue: b\nnull: c\n&anchor : d\n");
  EXPECT_EQ(root.find("1")->text, "a");
  EXPECT_EQ(root.find("true")->text, "b");
  EXPECT_EQ(root.find("null")->text, "c");
  EXPECT_EQ(root.find("")->text, "d");
  EXPECT_EQ(read(write_yaml(root)), root);
}

TEST(Yaml, AnEmptyFileIsNothing) {
  EXPECT_TRUE(read("").is_null());
  EXPECT_TRUE(read("# only a comment\n").is_null());
}

TEST(YamlWrite, QuotesOnlyWhatNeedsQuotes) {
  std::string text =
      "name: Curl 8.x\n"
      "tags:\n"
      "  - \"8\"\n"
      "  - \"8.14\"\n"
      "  - 8.14.1\n"
      "  - '!dpkg'\n"
      "  - \"on\"\n"
      "  - daemon off;\n"
      "  - \"\"\n"
      "date: \"2025-06-24\"\n"
      "map:\n"
      "  uid: 0\n"
      "  diff: true\n"
      "  none: null\n"
      "  empty: []\n"
      "builds:\n"
      "  - name: x\n"
      "    pipeline:\n"
      "      - runs: |\n"
      "          set -eux\n"
      "\n"
      "            y\n"
      "      - runs: |-\n"
      "          a\n"
      "          b\n"
      "    url: https://example.org/#x\n"
      "    colon: 'a: b'\n";
  EXPECT_EQ(write_yaml(read(text)), text);
}

YamlNode random_node(std::mt19937_64& random, int depth) {
  static const std::vector<std::string> pieces{
      "a",    " ",      "\n", "\t", "'", "\"", "#", ":", "-",      "1",      ".",  "!",  "|",  "\\",
      "\x01", "\u00e9", "[",  "{",  "*", "&",  "~", "e", "\u2028", "\u0085", "\r", "0x", "yes"};
  YamlNode node;
  uint64_t choice = random() % (depth > 0 ? 5 : 3);
  if (choice == 3) {
    node.kind = Kind::sequence;
    for (uint64_t n = random() % 4; n > 0; --n)
      node.items.push_back(random_node(random, depth - 1));
  } else if (choice == 4) {
    node.kind = Kind::mapping;
    for (uint64_t n = 0; n < random() % 4; ++n) {
      YamlNode key = random_node(random, 0);
      key.kind = Kind::scalar;
      key.plain = false;
      key.text += std::to_string(n);
      node.entries.push_back({key, random_node(random, depth - 1)});
    }
  } else if (choice > 0) {
    node.kind = Kind::scalar;
    node.plain = false;
    for (uint64_t n = random() % 8; n > 0; --n) node.text += pieces[random() % pieces.size()];
  }
  return node;
}

TEST(YamlWrite, ReadsBackWhatItWrites) {
  std::mt19937_64 random(testing::fresh_seed());
  for (int i = 0; i < 5000; ++i) {
    YamlNode node = random_node(random, 4);
    std::string text = write_yaml(node);
    ASSERT_EQ(read(text), node) << text;
  }
}

}  // namespace
}  // namespace kiln
