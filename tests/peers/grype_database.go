// SPDX-License-Identifier: Apache-2.0
//
// A vulnerability database for grype that says of every package that it is affected in all its
// versions, so that what grype finds in an image is the list of packages that it read there.
//
// Usage: grype-database DIRECTORY ECOSYSTEM OS VERSION CODENAME NAME...
package main

import (
	"log"
	"os"
	"strings"
	"time"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/spf13/afero"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	if len(os.Args) < 6 {
		log.Fatal("usage: grype-database DIRECTORY ECOSYSTEM OS VERSION CODENAME NAME...")
	}
	directory, ecosystem, system := os.Args[1], os.Args[2], os.Args[3]
	major, minor, _ := strings.Cut(os.Args[4], ".")
	check(os.MkdirAll(directory, 0o755))
	database, err := v6.NewWriter(v6.Config{DBDirPath: directory})
	check(err)
	check(database.SetDBMetadata())
	now := time.Now()
	provider := v6.Provider{ID: "tests", Version: "1", Processor: "tests", DateCaptured: &now}
	check(database.AddProvider(provider))
	release := v6.OperatingSystem{Name: system, ReleaseID: system, MajorVersion: major,
		MinorVersion: minor, Codename: os.Args[5]}
	for _, name := range os.Args[6:] {
		vulnerability := v6.VulnerabilityHandle{
			Name: "TEST-" + name, Status: v6.VulnerabilityActive, ProviderID: provider.ID,
			Provider: &provider, BlobValue: &v6.VulnerabilityBlob{ID: "TEST-" + name}}
		check(database.AddVulnerabilities(&vulnerability))
		affected := v6.AffectedPackageHandle{
			Vulnerability: &vulnerability, OperatingSystem: &release,
			Package:   &v6.Package{Ecosystem: ecosystem, Name: name},
			BlobValue: &v6.PackageBlob{Ranges: []v6.Range{{Version: v6.Version{Type: ecosystem}}}}}
		affected.VulnerabilityID = vulnerability.ID
		check(database.AddAffectedPackages(&affected))
	}
	check(database.Close())
	_, err = v6.WriteImportMetadata(afero.NewOsFs(), directory, "tests")
	check(err)
}
