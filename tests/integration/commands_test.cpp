// SPDX-License-Identifier: Apache-2.0
//
// What commands answer about images that were really built, for people and for programs.
#include "debian.hpp"
#include "support/tools.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

class Commands : public Debian {};

TEST_F(Commands, EveryJsonAnswerIsOneDocumentWithItsSchema) {
  Json built = parse(build({"--json"}));
  EXPECT_EQ(value(built.get_string("schema")), "kiln.build/1");
  const Json& image = value(built.get_array("images"))->front();
  EXPECT_EQ(value(image.get_string("path")), "out");
  EXPECT_THAT(value(image.get_string("digest")), ::testing::StartsWith("sha256:"));

  std::vector<std::pair<std::vector<std::string>, std::string>> questions = {
      {{"lock", "hello.yaml", "--json"}, "kiln.lock/1"},
      {{"lint", "hello.yaml", "--json"}, "kiln.lint/1"},
      {{"explain", "out", "hello", "--json"}, "kiln.explain/1"},
      {{"inspect", "out", "--json", "--files"}, "kiln.inspect/1"},
      {{"diff", "out", "out", "--json"}, "kiln.diff/1"},
      {{"sbom", "out", "--json"}, "kiln.sbom/1"},
      {{"rebuild", "out", "--verify", "--json"}, "kiln.rebuild/1"},
      {{"store", "where", "--json"}, "kiln.store/1"},
      {{"store", "size", "--json"}, "kiln.store/1"},
      {{"store", "list", "--json"}, "kiln.store/1"},
      {{"store", "verify", "--json"}, "kiln.store/1"},
      {{"store", "prune", "--dry-run", "--json"}, "kiln.store/1"},
      {{"completion", "bash", "--json"}, "kiln.completion/1"},
      {{"inspect", "nothing", "--json"}, "kiln.error/1"},
  };
  for (const auto& [words, schema] : questions) {
    Ended run = kiln(words);
    EXPECT_EQ(value(parse(run).get_string("schema")), schema) << words[0] << run.errors;
    EXPECT_EQ(run.errors, "") << words[0];
  }
}

TEST_F(Commands, AFailedBuildAnswersInJsonToo) {
  define("[helo]");
  Ended run = build({"--json"});
  EXPECT_EQ(run.exit, 5);
  EXPECT_EQ(run.errors, "");
  Json json = parse(run);
  EXPECT_EQ(value(json.get_string("schema")), "kiln.error/1");
  EXPECT_EQ(value(json.get_string("hint")), "did you mean hello?");
}

TEST_F(Commands, ADirectoryOfDefinitionsBecomesADirectoryOfImages) {
  define_as("catalog/image/one/debian-13/1.yaml", "[hello]", "");
  define_as("catalog/image/two/debian-13/1.yaml", "[libhello]", "");
  Ended run = kiln({"build", "catalog", "-o", "images", "--json"});
  ASSERT_EQ(run.exit, 0) << run.errors << run.output;
  Json answer = parse(run);
  for (const Json& image : *value(answer.get_array("images"))) {
    Path path = place() / value(image.get_string("path"));
    EXPECT_EQ(kiln({"inspect", path.string()}).exit, 0) << path;
  }
  EXPECT_EQ(value(answer.get_array("images"))->size(), 2U);
}

TEST_F(Commands, ATreeBelongsToWhomThePackagesSay) {
  packages()[2].files.back().entry.uid = 7;
  packages()[2].files.back().entry.gid = 8;
  publish();
  ASSERT_EQ(build({"--format", "dir"}).exit, 0);
  struct stat info = {};
  ASSERT_EQ(::stat((place() / "out/usr/bin/hello").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0755U);
  if (::geteuid() == 0) {
    EXPECT_EQ(info.st_uid, 7U);
    EXPECT_EQ(info.st_gid, 8U);
  }
  Ended again = build({"--format", "dir"});
  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.errors, HasSubstr("out is not empty"));
}

TEST_F(Commands, TheTarOfATreeIsWhatTarReads) {
  ASSERT_EQ(build({"--format", "tar"}).exit, 0);
  ToolRun list = run_tool({"tar", "-tf", (place() / "out").string()});
  EXPECT_EQ(list.exit_code, 0) << list.errors;
  EXPECT_THAT(list.output, HasSubstr("usr/bin/hello\n"));
}

TEST_F(Commands, AnArchiveAndALayoutHoldTheSameImage) {
  ASSERT_EQ(build({"--format", "docker"}).exit, 0);
  ASSERT_EQ(kiln({"build", "hello.yaml", "-o", "layout"}).exit, 0);
  Ended run = kiln({"diff", "out", "layout"});
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
}

TEST_F(Commands, DiffSaysWhereOnlyLayersDiffer) {
  ASSERT_EQ(build({"--platform", "linux/amd64", "--platform", "linux/arm64"}).exit, 0);
  ASSERT_EQ(kiln({"build", "hello.yaml", "-o", "other", "--platform", "linux/amd64",
                  "--compression", "zstd"})
                .exit,
            0);
  Ended run = kiln({"diff", "out", "other"});
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("no difference in packages, files and config, but the layers "
                                    "are cut or compressed in another way\nsize: "));
  EXPECT_THAT(run.errors, HasSubstr("only linux/amd64 was compared, not linux/arm64"));
  EXPECT_THAT(kiln({"diff", "out", "out", "--platform", "linux/amd64"}).output,
              HasSubstr("no difference\n"));
}

TEST_F(Commands, OneArchiveHoldsOnePlatform) {
  Ended run =
      build({"--format", "docker", "--platform", "linux/amd64", "--platform", "linux/arm64"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("this format holds one platform"));
  EXPECT_FALSE(is_there(place() / "out"));
}

TEST_F(Commands, DiffNamesWhatChanged) {
  ASSERT_EQ(build().exit, 0);
  packages()[2].version = "2.10-4";
  packages()[2].files.back().content = "#!new\n";
  packages()[2].files.back().entry.size = 6;
  publish();
  ASSERT_EQ(kiln({"build", "hello.yaml", "-o", "new"}).exit, 0);
  Ended run = kiln({"diff", "out", "new"});
  EXPECT_EQ(run.exit, 1) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("2.10-4"));
  EXPECT_THAT(run.output, HasSubstr("usr/bin/hello"));
  EXPECT_EQ(kiln({"diff", "out", "out"}).exit, 0);
  EXPECT_EQ(kiln({"diff", "out", "nowhere"}).exit, 2);
}

TEST_F(Commands, ExplainsPackagesFilesLayersAndTheirAbsence) {
  ASSERT_EQ(build().exit, 0);
  Ended package = kiln({"explain", "out", "libhello"});
  EXPECT_EQ(package.exit, 0) << package.errors;
  EXPECT_THAT(package.output, HasSubstr("hello  (hello.yaml:7:14)"));
  EXPECT_THAT(package.output, HasSubstr("libhello  (Depends: libhello)"));
  Ended file = kiln({"explain", "out", "/usr/bin/hello"});
  EXPECT_EQ(file.exit, 0) << file.errors;
  EXPECT_THAT(file.output, HasSubstr("from   package hello\n"));
  Ended link = kiln({"explain", "out", "/usr/lib/hello/words"});
  EXPECT_THAT(link.output, HasSubstr("from   package libhello\n")) << link.errors;
  Ended passwd = kiln({"explain", "out", "/etc/passwd"});
  EXPECT_EQ(passwd.exit, 0) << passwd.errors;
  Json inspected = parse(kiln({"inspect", "out", "--json"}));
  for (const Json& layer : *value(inspected.get_array("layers")))
    EXPECT_EQ(kiln({"explain", "out", value(layer.get_string("digest"))}).exit, 0);
  for (std::string absent : {"perl", "/usr/bin/perl", "sha256:00"}) {
    Ended run = kiln({"explain", "out", absent});
    EXPECT_EQ(run.exit, 1) << absent << run.errors;
    EXPECT_THAT(run.output, HasSubstr(absent));
  }
}

// The top layer holds what effects, the definition and several packages made.
class Owners : public Commands {
 protected:
  void SetUp() override {
    Commands::SetUp();
    if (IsSkipped()) return;
    packages().push_back({.name = "tzdata"});
    publish();
    define("[base-files, hello, tzdata]",
           "paths: [{type: file, path: /etc/motd, content: hi}, "
           "{type: directory, path: /usr/lib/hello, uid: 65532, gid: 0}]\n");
    configure("platforms: [linux/amd64]\n");
  }

  std::string owner(const std::string& image, const std::string& path) {
    return parse(kiln({"explain", image, path, "--json"})).get_string_or("owner", "?").value_or("");
  }
  // How often something is the owner of what is no directory.
  std::map<std::string, int> owners(const std::string& image) {
    Json inspected = parse(kiln({"inspect", image, "--files", "--json"}));
    std::map<std::string, int> counts;
    for (const Json& file : *value(inspected.get_array("files")))
      if (value(file.get_string("type")) != "directory") ++counts[value(file.get_string("owner"))];
    return counts;
  }
};

TEST_F(Owners, AreNamedInLayeredImages) {
  ASSERT_EQ(build().exit, 0);
  EXPECT_EQ(owner("out", "/etc/localtime"), "effect tzdata");
  EXPECT_EQ(owner("out", "/var/lib/dpkg/status.d/tzdata"), "effect package-database");
  EXPECT_EQ(owner("out", "/etc/passwd"), "definition accounts (hello.yaml:10:11)");
  EXPECT_EQ(owner("out", "/etc/motd"), "definition paths[0] (hello.yaml:15:9)");
  EXPECT_EQ(owner("out", "/usr/bin/hello"), "package hello");
  EXPECT_THAT(kiln({"explain", "out", "/usr/lib/hello"}).output,
              HasSubstr("changed by definition paths[1] (hello.yaml:15:"));
  std::map<std::string, int> counts = owners("out");
  EXPECT_EQ(counts[""], 0);
  EXPECT_EQ(counts["definition"], 0);
  EXPECT_EQ(counts["effect tzdata"], 1);
  std::string sbom = kiln({"sbom", "out"}).output;
  EXPECT_THAT(sbom, HasSubstr("effect tzdata"));
  EXPECT_THAT(sbom, HasSubstr("definition accounts"));
}

TEST_F(Owners, AreNamedInSquashedImages) {
  define("[base-files, hello, tzdata]",
         "paths: [{type: file, path: /etc/motd, content: hi}]\noutput: squashed\n");
  ASSERT_EQ(build().exit, 0);
  EXPECT_EQ(owner("out", "/etc/localtime"), "effect tzdata");
  EXPECT_EQ(owner("out", "/etc/motd"), "definition paths[0] (hello.yaml:15:9)");
  EXPECT_EQ(owners("out")[""], 0);
}

// Without the packages an image says what it knows, and explain that it does not.
TEST_F(Owners, AreAsTheImageSaysWithoutThePackages) {
  ASSERT_EQ(build().exit, 0);
  forget_store();
  EXPECT_EQ(owners("out")["effect tzdata"], 0);
  EXPECT_THAT(kiln({"explain", "out", "/etc/localtime", "--offline"}).output,
              HasSubstr("from   the definition or a native effect; which one cannot be told: "));
}

TEST_F(Commands, ExplainsANameByThePackageThatProvidesIt) {
  for (DebPackage& package : packages())
    if (package.name == "libhello") package.fields = "Provides: libhello0 (= 2.1-1)\n";
  publish();
  ASSERT_EQ(build().exit, 0);
  Ended run = kiln({"explain", "out", "libhello0"});
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("libhello0 is provided by libhello\nlibhello 2.1-1"));
  EXPECT_THAT(run.output, HasSubstr("libhello  (Depends: libhello)"));

  // What the plan was made for stands in it: nobody needs to be asked.
  for (DebPackage& package : packages())
    if (package.name == "hello") package.fields = "Depends: libhello0\n";
  publish();
  ASSERT_EQ(build().exit, 0);
  forget_store();
  run = kiln({"explain", "out", "libhello0", "--offline"});
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("libhello0 is provided by libhello\nlibhello 2.1-1"));
}

// What a command is run for alone is no chatter.
TEST_F(Commands, QuietOnesStillGiveWhatWasAskedFor) {
  Ended built = build({"-q"});
  EXPECT_EQ(built.exit, 0) << built.errors;
  EXPECT_EQ(built.output, "");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"sbom", "out"},
                                             {"attest", "out", "--list"},
                                             {"attest", "out", "--get", "spdx-2.3"},
                                             {"explain", "out", "libhello"},
                                             {"inspect", "out"},
                                             {"key", "list"},
                                             {"key", "export"},
                                             {"key", "trusted-root"},
                                             {"store", "where"},
                                             {"completion", "bash"}}) {
    std::vector<std::string> quiet = words;
    quiet.push_back("-q");
    Ended run = kiln(quiet);
    EXPECT_EQ(run.exit, 0) << words[0] << run.errors;
    EXPECT_NE(run.output, "") << words[0];
    EXPECT_EQ(run.errors, "") << words[0];
  }
  EXPECT_EQ(kiln({"diff", "out", "out", "-q"}).output, "");
}

TEST_F(Commands, InspectRefusesWhatIsNoImageOrNotWhole) {
  EXPECT_EQ(kiln({"inspect", "nowhere"}).exit, 2);
  ASSERT_EQ(build().exit, 0);
  Json inspected = parse(kiln({"inspect", "out", "--json"}));
  std::string digest = value(value(inspected.get_array("layers"))->front().get_string("digest"));
  Path layer = place() / "out/blobs/sha256" / digest.substr(7);
  std::string bytes = value(read_file(layer));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  value(write_file(layer, bytes));
  Ended run = kiln({"inspect", "out"});
  EXPECT_EQ(run.exit, 3) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr(digest.substr(7)));
}

TEST_F(Commands, CompletionScriptsParse) {
  for (std::string shell : {"bash", "zsh", "fish"}) {
    Path script = place() / ("completion." + shell);
    value(write_file(script, kiln({"completion", shell}).output));
    if (!have_tool(shell)) continue;
    ToolRun run = run_tool({shell, "-n", script.string()});
    EXPECT_EQ(run.exit_code, 0) << shell << run.errors;
  }
}

// What bash has at hand after these words of a command line.
std::string bash_replies(const Path& script, const std::string& words) {
  return run_tool({"bash", "-c",
                   fmt::format("source {}; COMP_WORDS=({}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - "
                               "1)); _kiln; echo \"${{COMPREPLY[*]}}\"",
                               script.string(), words)})
      .output;
}

TEST_F(Commands, BashOffersTheValuesOfOptions) {
  Path script = place() / "completion.bash";
  value(write_file(script, kiln({"completion", "bash"}).output));
  EXPECT_EQ(bash_replies(script, "kiln build --format ''"), "oci docker dir tar\n");
  EXPECT_EQ(bash_replies(script, "kiln build --format = d"), "docker dir\n");
  EXPECT_EQ(bash_replies(script, "kiln lock --compression ="), "gzip zstd\n");
  EXPECT_EQ(bash_replies(script, "kiln lint a.yaml --pins s"), "same-version same-upstream\n");
  EXPECT_EQ(bash_replies(script, "kiln completion zs"), "zsh\n");
  EXPECT_EQ(bash_replies(script, "kiln rebu"), "rebuild\n");
}

TEST_F(Commands, FishOffersCommandsAndTheValuesOfOptions) {
  NEED_TOOL("fish");
  Path script = place() / "completion.fish";
  value(write_file(script, kiln({"completion", "fish"}).output));
  auto replies = [&](const std::string& line) {
    return run_tool({"fish", "--no-config", "-c",
                     fmt::format("source {}; complete -C '{}'", script.string(), line)},
                    {"HOME=" + place().string()})
        .output;
  };
  EXPECT_THAT(replies("kiln build --format d"), HasSubstr("docker\t"));
  EXPECT_THAT(replies("kiln pol"), HasSubstr("another program's language"));
}

// zsh itself asks the script, in a terminal that it makes.
TEST_F(Commands, ZshLoadsItsScript) {
  NEED_TOOL("zsh");
  value(write_file(place() / "_kiln", kiln({"completion", "zsh"}).output));
  ToolRun run = run_tool(
      {"zsh", "-f", "-c",
       fmt::format("fpath=({} $fpath); autoload -U +X _kiln && compadd() {{ print -r -- \"$@\"; }} "
                   "&& _files() {{ print files; }} && compset() {{ false; }} && "
                   "words=(kiln build --format '') CURRENT=4 && _kiln",
                   place().string())});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("-- oci docker dir tar\n"));
}

}  // namespace
}  // namespace kiln::testing
